"""Tests: the drawn series are of the kinds that they are drawn as, and the same for the same seed."""

from collections import Counter

import numpy as np

from components.recipes.demand.classes.demand_class import demand_class
from components.recipes.demand.classes.features import series_features
from components.recipes.demand.starter.draw import COUNTS, YEAR, draw_series

DRAWN = draw_series(42)


def of_kind(kind: str) -> list[np.ndarray]:
    return [series.quantities[series.first :] for series in DRAWN if series.kind == kind]


def test_there_are_several_hundred_series_of_each_kind() -> None:
    assert Counter(series.kind for series in DRAWN) == COUNTS
    assert len({series.id for series in DRAWN}) == sum(COUNTS.values()) == 360


def test_most_series_of_a_kind_have_its_class() -> None:
    for kind in ("smooth", "erratic", "intermittent", "lumpy"):
        classes = Counter(demand_class(quantities) for quantities in of_kind(kind))
        assert classes[kind] > 0.75 * COUNTS[kind], (kind, classes)


def test_seasonal_dying_and_new_series_show_it() -> None:
    assert np.median([series_features(quantities, YEAR)["season"] for quantities in of_kind("seasonal")]) > 0.5
    assert np.median([quantities[-10:].mean() / quantities[:10].mean() for quantities in of_kind("dying")]) < 0.2
    assert max(len(quantities) for quantities in of_kind("new")) <= 60


def test_the_same_seed_gives_the_same_series_and_another_one_others() -> None:
    same, other = draw_series(42), draw_series(43)
    assert all(np.array_equal(a.quantities, b.quantities) for a, b in zip(DRAWN, same, strict=True))
    assert not all(np.array_equal(a.quantities, b.quantities) for a, b in zip(DRAWN, other, strict=True))
