"""Core: when a model's flows run by themselves."""

from components.core.strict import Strict


class Schedule(Strict):
    """When flows of the model run by themselves, as cron expressions. Without one they run when they are asked to."""

    lifecycle: str | None = None
    """When it is asked whether to retrain, such as `0 3 * * mon`."""
    monitor: str | None = None
    """When new data and Production's outputs are compared with those of the promotion, such as `0 6 * * *`."""
    time_zone: str = "UTC"
    """The time zone of the expressions: a name of the IANA database, such as Europe/Lisbon."""
