"""Benchmarks / replay: the plan of a year: how many products arrive, what happens in the world, what fails."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What an event does to products that arrive while it lasts."""

    COLOUR = "colour"  # they are green, of the spring collection
    CATEGORY = "category"  # boots, of a brand that was not sold before
    GREY = "grey"  # photographed before a grey background, until the camera is repaired
    BLUR = "blur"  # photographed out of focus, until the lens is replaced

    @property
    def spoils_pictures(self) -> bool:
        return self in {Kind.GREY, Kind.BLUR}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that changes new products from day `first` to day `last`, both included."""

    title: str
    about: str
    kind: Kind
    first: int
    last: int
    share: float  # of the products that arrive
    columns: tuple[str, ...]  # drift in one of these is a detection


@dataclass(frozen=True, slots=True)
class Plan:
    """A year, or a shorter time in tests. Day 1 is `start`."""

    events: tuple[Event, ...]
    killed_after: int  # the first training that starts on this day or later dies
    start: date = date(2025, 1, 1)
    days: int = 365
    arrivals: float = 8.0  # products a day, on average
    lifetime: int = 120  # days that a product stays in the catalogue
    training_hours: float = 3.0  # of one training on a GPU, assumed
    dies_at: float = 0.6  # share of the training that is done when its machine dies
    checkpoint_every: float = 0.25  # share of the training after which its state is saved
    repaired_after: float = 28.0  # hours from the death to the restart from the checkpoint
    person_after: int = 14  # days of the advice to act after which a person starts the lifecycle
    look_hour: int = 2  # of the day at which the model is monitored
    seed: int = 12

    def date_of(self, day: int) -> date:
        return self.start + timedelta(days=day - 1)


YEAR = Plan(
    events=(
        Event(
            "Spring colours",
            "45 % of new products are green. In autumn the usual colours are back.",
            *(Kind.COLOUR, 60, 243, 0.45, ("colour", "season", "picture")),
        ),
        Event(
            "Broken camera",
            "Every new picture has a grey background for four weeks. Then the pictures are taken again.",
            *(Kind.GREY, 161, 188, 1.0, ("white_background", "brightness", "picture")),
        ),
        Event(
            "New category",
            "Boots of a brand that was not sold before: 25 % of new products, for good.",
            *(Kind.CATEGORY, 274, 365, 0.25, ("brand", "picture")),
        ),
        Event(
            "Blurred lens",
            "Every new picture is out of focus for three weeks. Then the pictures are taken again.",
            *(Kind.BLUR, 319, 339, 1.0, ("sharpness", "picture")),
        ),
    ),
    killed_after=45,
)
