"""Benchmarks / replay: every product of the year: when it is in the catalogue, what it is, what spoils its picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from benchmarks.replay.plan import Event, Kind, Plan
from components.core.seeds import derive_seed
from components.data.drawn_catalogue.drawing.articles import UNSEEN
from components.data.drawn_catalogue.drawing.colours import COLOURS
from components.data.drawn_catalogue.products import BRANDS, GENDERS, SEASONS, shares

GENDER_SHARES = (0.4, 0.35, 0.08, 0.07, 0.1)  # as in the starter's catalogue
NEW_BRAND, NEW_SHAPE = "Kestrel", "Boots"
RETAKEN_IN = 7  # days in which spoilt pictures are taken again, once the camera is repaired


@dataclass(frozen=True, slots=True)
class Row:
    """One product with one picture, in the catalogue from day `first` to day `last`. `number` is its place."""

    number: int
    first: int
    last: int
    colour: str
    gender: str
    season: str
    brand: str
    shape: str  # the article type that is drawn
    look: int  # seed of the picture
    event: str = ""  # title of the event that made it what it is
    spoilt: Kind | None = None


def make_rows(plan: Plan, after: int = 0) -> list[Row]:
    """Return all products, those of the first day included; a picture that is taken again is a row of its own.

    The first has the number `after`: two plans can share one list of rows.
    """
    numbers = count(after)
    rows: list[Row] = []
    for day in range(2 - plan.lifetime, plan.days + 1):
        rng = np.random.default_rng(derive_seed(plan.seed, "arrivals", day))
        for _ in range(int(rng.poisson(plan.arrivals))):
            row = _with_events(_row(next(numbers), day, plan, rng), plan, rng)
            rows.extend(_with_retaken(row, plan, numbers))
    return rows


def in_catalogue(rows: Sequence[Row], day: int) -> list[Row]:
    """Return the rows of the catalogue of a day."""
    return [row for row in rows if row.first <= day <= row.last]


def _row(number: int, day: int, plan: Plan, rng: np.random.Generator) -> Row:
    return Row(
        number=number,
        first=day,
        last=day + plan.lifetime - 1,
        colour=str(rng.choice(list(COLOURS), p=shares())),
        gender=str(rng.choice(GENDERS, p=GENDER_SHARES)),
        season=str(rng.choice(SEASONS)),
        brand=str(rng.choice(BRANDS)),
        shape=UNSEEN,
        look=int(rng.integers(0, 2**31)),
    )


def _with_events(row: Row, plan: Plan, rng: np.random.Generator) -> Row:
    for event in plan.events:
        hit = rng.random() < event.share
        if hit and event.first <= row.first <= event.last:
            row = _changed(row, event)
    return row


def _changed(row: Row, event: Event) -> Row:
    match event.kind:
        case Kind.COLOUR:
            return replace(row, colour="Green", season="Spring", event=event.title)
        case Kind.CATEGORY:
            return replace(row, brand=NEW_BRAND, shape=NEW_SHAPE, event=event.title)
        case Kind.GREY | Kind.BLUR:
            return replace(row, spoilt=event.kind, event=event.title)


def _with_retaken(row: Row, plan: Plan, numbers: Iterator[int]) -> Iterator[Row]:
    """Yield the row; a spoilt one leaves when its picture is taken again, and the sound one follows it."""
    if row.spoilt is None:
        yield row
        return
    end = next(event.last for event in plan.events if event.kind == row.spoilt)
    retaken = end + 1 + row.look % RETAKEN_IN
    yield replace(row, last=retaken - 1)
    yield replace(row, number=next(numbers), first=retaken, spoilt=None, event=_lasting(row, plan))


def _lasting(row: Row, plan: Plan) -> str:
    """Return the event that still shows in a product whose picture is sound: its colour or its brand."""
    made_by = {Kind.CATEGORY: row.brand == NEW_BRAND, Kind.COLOUR: (row.colour, row.season) == ("Green", "Spring")}
    return next((e.title for e in plan.events if made_by.get(e.kind) and e.first <= row.first <= e.last), "")
