"""Tests: conformal offsets: quantiles hold on new series as often as they say, in each class, and never cross."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from components.recipes.demand.forecasters.conformal import GROUPS, Offsets, deviations, fit_offsets
from components.recipes.demand.forecasters.rows import Rows

LEVELS = (0.1, 0.5, 0.9)


def rows(seed: int, n: int = 400, kind: str = "smooth", spread: float = 1.0) -> Rows:
    numbers = np.random.default_rng(seed)
    scale = numbers.uniform(1, 50, n)
    histories = [numbers.normal(100 * s, s, 40) for s in scale]
    actuals = numbers.normal(100 * scale[:, None], spread * scale[:, None], (n, 3))
    zeros = np.zeros(n, dtype=np.int64)
    return Rows(histories, zeros, actuals, np.arange(n), zeros, (kind,) * n, ("B",) * n, ("X",) * n, zeros > 0)


def base(of: Rows) -> np.ndarray:
    return np.repeat(np.array([h.mean() for h in of.histories])[:, None, None], 3, axis=1).repeat(len(LEVELS), axis=2)


def test_quantiles_hold_on_new_series_as_often_as_they_say() -> None:
    offsets = fit_offsets(base(rows(1)), rows(1), LEVELS)
    new = rows(2)
    quantiles = offsets.apply(base(new), new)
    for place, level in enumerate(LEVELS):
        assert abs((new.actuals <= quantiles[:, :, place]).mean() - level) < 0.04


def test_a_class_that_varies_more_has_wider_intervals() -> None:
    even, lumpy = rows(3), rows(4, kind="lumpy", spread=4.0)
    both = replace(
        even,
        histories=[*even.histories, *lumpy.histories],
        actuals=np.concatenate([even.actuals, lumpy.actuals]),
        classes=(*even.classes, *lumpy.classes),
    )
    values = fit_offsets(np.concatenate([base(even), base(lumpy)]), both, LEVELS).values
    assert values[GROUPS.index("lumpy"), 0, -1] > 2 * values[GROUPS.index("smooth"), 0, -1]


def test_a_class_with_few_errors_uses_those_of_all() -> None:
    of = replace(rows(5), classes=("erratic", *("smooth",) * 399))
    values = fit_offsets(base(of), of, LEVELS).values
    assert np.array_equal(values[GROUPS.index("erratic")], values[GROUPS.index("all")])


@settings(max_examples=50, deadline=None)
@given(arrays(float, (2, 3, 3), elements=st.floats(-1e6, 1e6)), arrays(float, (6, 3, 3), elements=st.floats(-5, 5)))
def test_quantiles_never_cross_and_are_never_below_zero(of_method: np.ndarray, values: np.ndarray) -> None:
    found = Offsets(values).apply(of_method, rows(6, n=2))
    assert (np.diff(found, axis=2) >= 0).all()
    assert (found >= 0).all()


def test_a_constant_history_has_no_deviation_and_its_quantiles_are_its_forecast() -> None:
    assert deviations([np.full(5, 3.0), np.array([])]).tolist() == [0.0, 0.0]


def test_steps_beyond_those_learnt_have_the_offsets_of_the_last() -> None:
    of = rows(7, n=2)
    longer = np.repeat(base(of)[:, :1], 6, axis=1)
    found = fit_offsets(base(rows(8)), rows(8), LEVELS).apply(longer, of)
    assert np.array_equal(found[:, 2], found[:, 5])
