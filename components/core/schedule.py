"""Core: when a model's flows run by themselves."""

import re
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError
from pydantic import field_validator

from components.core.strict import Strict

# What every program reads alike: extensions such as `L`, `#`, `@daily` or `*,5` differ between them.
_VALUE = r"(?:\d+|[a-z]{3})"
FIELD = re.compile(rf"\*(/\d+)?|{_VALUE}(-{_VALUE}(/\d+)?)?(,{_VALUE}(-{_VALUE}(/\d+)?)?)*", re.IGNORECASE)
ONE_DAY = re.compile(rf"(^|,)({_VALUE})-\2(?!\w)", re.IGNORECASE)  # `3-3`, which Prefect reads as `*`
EXPECTED = "five fields (minute, hour, day of the month, month, day of the week) such as `0 3 * * mon`"
BOTH_DAYS = "it names a day of the month and a day of the week, of which one must be `*`"


class Schedule(Strict):
    """When flows of the model run by themselves, as cron expressions. Without one they run when they are asked to."""

    lifecycle: str | None = None
    """When it is asked whether to retrain, such as `0 3 * * mon`."""
    monitor: str | None = None
    """When new data and Production's outputs are compared with those of the promotion, such as `0 6 * * *`."""
    time_zone: str = "UTC"
    """The time zone of the expressions: a name of the IANA database, such as Europe/Lisbon."""

    @field_validator("lifecycle", "monitor")
    @classmethod
    def _is_cron(cls, expression: str | None) -> str | None:
        return None if expression is None else check_cron(expression)

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name in available_timezones():
            return name
        close = get_close_matches(name.title(), available_timezones(), n=3, cutoff=0.7)
        hint = f"; close to it: {', '.join(close)}" if close else ""
        raise ValueError(f"no time zone is called {name!r}, expected a name of the IANA database{hint}")

    @property
    def expressions(self) -> Mapping[str, str]:
        """The cron expression of each flow that has one."""
        named = {"lifecycle": self.lifecycle, "monitor": self.monitor}
        return {flow: expression for flow, expression in named.items() if expression is not None}

    def next_run(self, flow: str, after: datetime) -> datetime:
        """Return the first time after `after` at which the flow is due, in the time zone of the schedule.

        >>> from datetime import UTC
        >>> monday = datetime(2026, 11, 30, 12, tzinfo=UTC)
        >>> Schedule(monitor="0 6 * * *", time_zone="Europe/Lisbon").next_run("monitor", monday).isoformat()
        '2026-12-01T06:00:00+00:00'
        """
        return next(CronSim(self.expressions[flow], after.astimezone(ZoneInfo(self.time_zone))))

    def in_words(self, flow: str) -> str:
        """Return the expression in words.

        >>> Schedule(lifecycle="0 3 * * mon").in_words("lifecycle")
        'at 03:00 on Monday'
        """
        words = CronSim(self.expressions[flow], datetime(2026, 1, 1)).explain()
        return words[:1].lower() + words[1:]


def check_cron(expression: str) -> str:
    """Return the expression, if it has five fields, comes true, and means the same to every program.

    Raises:
        ValueError: it says what is wrong with it.
    """
    wrong = _problem(expression)
    if wrong is not None:
        raise ValueError(f"{expression!r} is no cron expression{wrong and f' ({wrong})'}, expected {EXPECTED}")
    return expression


def _problem(expression: str) -> str | None:
    """Return what is wrong, empty if it looks like no cron expression at all, None if nothing is."""
    fields = expression.split()
    if len(fields) != 5 or not all(FIELD.fullmatch(field) for field in fields):
        return ""
    if any(ONE_DAY.search(field) for field in fields):
        return "a range has one value only"
    if fields[2] != "*" and fields[4] != "*":
        return BOTH_DAYS
    try:
        next(CronSim(expression, datetime(2026, 1, 1)))
    except (CronSimError, StopIteration) as error:
        return str(error).lower() or "it never comes true"
    return None
