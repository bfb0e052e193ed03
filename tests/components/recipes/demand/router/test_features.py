"""Tests: features of histories, finite for every series and independent of its unit."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from components.recipes.demand.router.features import NAMES, series_features


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=40), st.integers(1, 12))
def test_every_history_has_finite_features(values: list[float], season: int) -> None:
    found = series_features([np.array(values)], season)
    assert found.shape == (1, len(NAMES))
    assert np.isfinite(found).all()


def test_only_the_mean_depends_on_the_unit() -> None:
    history = np.random.default_rng(1).poisson(3.0, 40).astype(float)
    pieces, dozens = series_features([history, history / 12], 4)
    others = [place for place, name in enumerate(NAMES) if name != "log_mean"]
    assert np.allclose(pieces[others], dozens[others], atol=1e-5)


def test_a_season_shows_in_the_correlation_one_season_apart() -> None:
    seasonal = np.tile([9.0, 1.0, 1.0, 1.0], 10)
    assert series_features([seasonal], 4)[0, NAMES.index("lag_season")] > 0.8


def test_no_history_gives_no_row() -> None:
    assert series_features([], 4).shape == (0, len(NAMES))
