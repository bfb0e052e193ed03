"""Tests: features are finite for every history, and say what they are called."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from components.recipes.demand.classes.features import FEATURES, feature_table, series_features


@given(arrays(np.float64, st.integers(0, 60), elements=st.floats(0, 1e6)), st.sampled_from([1, 4, 7, 12, 52]))
def test_features_of_any_history_are_finite(history: np.ndarray, season: int) -> None:
    found = series_features(history, season)
    assert list(found) == list(FEATURES)
    assert np.isfinite(list(found.values())).all()


def test_a_seasonal_series_shows_its_season_and_noise_does_not() -> None:
    at = np.arange(48)
    wave = 10 + 5 * np.sin(2 * np.pi * at / 12)
    noise = np.random.default_rng(0).poisson(10, 48).astype(float)
    assert series_features(wave, 12)["season"] > 0.99
    assert series_features(wave, 12)["season_memory"] > 0.7
    assert series_features(noise, 12)["season"] < 0.3


def test_a_product_that_stopped_selling_is_silent_and_has_a_lower_level() -> None:
    stopped = np.array([5.0] * 30 + [0.0] * 10)
    found = series_features(stopped, 12)
    assert np.expm1(found["silence"]) == pytest.approx(10 / (40 / 30))
    assert found["level_change"] < -1


def test_a_growing_product_has_a_trend() -> None:
    found = series_features(np.arange(1.0, 25.0), 12)
    assert found["trend"] == pytest.approx(12 / 12.5)


def test_a_table_has_a_row_for_each_history() -> None:
    assert feature_table([np.ones(5), np.zeros(3)], 4).shape == (2, len(FEATURES))
    assert feature_table([], 4).shape == (0, len(FEATURES))


def test_only_the_level_depends_on_the_unit() -> None:
    history = np.random.default_rng(1).poisson(3.0, 40).astype(float)
    pieces, dozens = feature_table([history, history / 12], 4)
    others = [place for place, name in enumerate(FEATURES) if name != "level"]
    assert np.allclose(pieces[others], dozens[others], atol=1e-5)
