"""Benchmarks / replay: a chart over the days as numbers of an SVG that stretches: a line with a band, or intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from benchmarks.replay.plan import Plan
from benchmarks.replay.records import Measured, Outcome, Point

HEIGHT = 100.0


@dataclass(frozen=True, slots=True)
class Scale:
    """From a value to its height in the chart: `top` is at 0, `bottom` at 100."""

    bottom: float
    top: float

    def y(self, value: float) -> float:
        return round(HEIGHT * (self.top - value) / (self.top - self.bottom), 2)

    @property
    def ends(self) -> tuple[str, str]:
        """The texts of the lowest and of the highest value."""
        return f"{self.bottom:+.2f}", f"{self.top:+.2f}"


@dataclass(frozen=True, slots=True)
class Line:
    """The scores of one version: the path of its values, and the outline of their intervals."""

    path: str
    band: str


@dataclass(frozen=True, slots=True)
class Interval:
    """The difference of one version to the one in production, with its interval."""

    x: float
    y: float
    low: float
    high: float
    clear: bool
    tip: str


def scale_of(values: Sequence[Measured]) -> Scale:
    """Return a scale that holds every interval and 0, in steps of 0.02."""
    low, high = min([0.0, *(v.low for v in values)]), max([0.0, *(v.high for v in values)])
    return Scale(min(-0.02, -0.02 * -(low // 0.02)), max(0.02, 0.02 * -(-high // 0.02)))


def lines_of(points: Sequence[Point], scale: Scale) -> list[Line]:
    """Return a line for each version while it was in production."""
    found = []
    for _, group in groupby(points, key=lambda point: point.version):
        some = list(group)
        values = [f"{p.day - 0.5:g} {scale.y(p.kid.value):g}" for p in some]
        above = [f"{p.day - 0.5:g} {scale.y(p.kid.high):g}" for p in some]
        below = [f"{p.day - 0.5:g} {scale.y(p.kid.low):g}" for p in reversed(some)]
        found.append(Line("M" + " L".join(values), "M" + " L".join(above + below) + "Z"))
    return found


def intervals_of(plan: Plan, outcomes: Sequence[Outcome], score: str, scale: Scale) -> list[Interval]:
    """Return the benefit of each version that was compared with one in production."""
    return [
        Interval(
            x=o.day - 0.5,
            y=scale.y(o.benefit[score].value),
            low=scale.y(o.benefit[score].low),
            high=scale.y(o.benefit[score].high),
            clear=o.benefit[score].low > 0,
            tip=f"{plan.date_of(o.day):%d %b}, version {o.training.version}: {shown(o.benefit[score])}",
        )
        for o in outcomes
        if score in o.benefit
    ]


def shown(value: Measured) -> str:
    """Return a signed difference with its interval.

    >>> shown(Measured(0.0141, -0.02, 0.05))
    '+0.014 (-0.020 to +0.050)'
    """
    return f"{value.value:+.3f} ({value.low:+.3f} to {value.high:+.3f})"
