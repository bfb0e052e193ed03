"""Flows: how long work will still take, from how long it took until now."""

from dataclasses import dataclass

LEAST_SECONDS = 2.0  # of work seen, before anything is said: the first step is slower than the others


@dataclass(frozen=True, slots=True)
class Pace:
    """When work was first seen, by `monotonic`, and how much of it was done then: a resumed training begins late."""

    since: float
    first: int


def remaining(pace: Pace, now: float, done: int, total: int) -> str:
    """Return such words as `about 3 min left`; empty as long as nothing can be said, and at the end.

    >>> remaining(Pace(0.0, 100), 60.0, 200, 400), remaining(Pace(0.0, 0), 60.0, 0, 400)
    ('about 2 min left', '')
    """
    spent, seen = now - pace.since, done - pace.first
    if spent < LEAST_SECONDS or seen <= 0 or done >= total:
        return ""
    return f"about {_span(spent / seen * (total - done))} left"


def _span(seconds: float) -> str:
    """Return a time with the unit that people would choose.

    >>> _span(12.4), _span(200), _span(7000), _span(400_000)
    ('12 s', '3 min', '1 h 57 min', '4.6 days')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes < 48 * 60 else f"{seconds / 86400:.1f} days"
