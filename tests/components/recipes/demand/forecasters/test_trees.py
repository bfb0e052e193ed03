"""Tests: the global LightGBM: what it may read, what it learns, and that it is the same after saving."""

from pathlib import Path

import numpy as np
import pytest

from components.core.errors import TrainingError
from components.recipes.demand.forecasters.trees import fit_trees, forecast_trees, load_trees

LEVELS = (0.1, 0.5, 0.95)
SEASON, HORIZON, N = 4, 3, 30


def seasonal() -> tuple[list[np.ndarray], np.ndarray]:
    """Return series whose every fourth period sells ten times as much."""
    histories = []
    for k in range(N):
        level = 2.0 + k
        noise = np.random.default_rng(k).uniform(0.9, 1.1, 60)
        histories.append(np.where(np.arange(60) % SEASON == 0, 10 * level, level) * noise)
    return histories, np.full(N, 60)


@pytest.fixture(scope="module")
def fitted() -> tuple[object, list[np.ndarray], np.ndarray]:
    histories, ends = seasonal()
    return fit_trees(histories, ends, LEVELS, (SEASON, HORIZON), 1, 1), histories, ends


def test_it_learns_the_season_of_all_series_at_their_own_scale(fitted: tuple) -> None:
    trees, histories, ends = fitted
    means = forecast_trees(trees, histories, ends, HORIZON)["mean"]
    levels = 2.0 + np.arange(N)
    assert np.median(np.abs(means[:, 0] / (10 * levels) - 1)) < 0.2  # period 60 is one that sells much
    assert np.median(np.abs(means[:, 1] / levels - 1)) < 0.3


def test_higher_levels_are_higher_on_average(fitted: tuple) -> None:
    trees, histories, ends = fitted
    found = forecast_trees(trees, histories, ends, HORIZON)
    assert found["q0.1"].mean() < found["q0.5"].mean() < found["q0.95"].mean()


def test_saved_boosters_forecast_the_same(fitted: tuple, tmp_path: Path) -> None:
    trees, histories, ends = fitted
    trees.save(tmp_path)
    again = forecast_trees(load_trees(tmp_path, SEASON, HORIZON), histories, ends, HORIZON)
    for name, values in forecast_trees(trees, histories, ends, HORIZON).items():
        assert np.array_equal(values, again[name])


def test_a_forecast_reads_its_own_history_alone_and_nothing_after_it(fitted: tuple) -> None:
    trees, histories, ends = fitted
    alone = forecast_trees(trees, histories[3:4], ends[3:4], HORIZON)["mean"][0]
    assert np.array_equal(alone, forecast_trees(trees, histories, ends, HORIZON)["mean"][3])


def test_a_series_that_never_sold_is_forecast_as_zero(fitted: tuple) -> None:
    found = forecast_trees(fitted[0], [np.zeros(10)], np.array([60]), HORIZON)
    assert all((values == 0).all() for values in found.values())


def test_a_horizon_beyond_the_learnt_one_is_forecast_too(fitted: tuple) -> None:
    trees, histories, ends = fitted
    assert forecast_trees(trees, histories, ends, 9)["mean"].shape == (N, 9)


def test_too_few_rows_are_refused_with_their_number() -> None:
    with pytest.raises(TrainingError, match="has 2 rows to learn from, expected 50 at least"):
        fit_trees([np.array([1.0, 2.0, 3.0])], np.array([3]), LEVELS, (SEASON, 1), 1, 1)
