"""Tests: the global LightGBM: what it may read, what it learns, and that it is the same after saving."""

from pathlib import Path

import numpy as np
import pytest

from components.core.errors import TrainingError
from components.recipes.demand.forecasters.beside import COLUMNS
from components.recipes.demand.forecasters.rows import Beside
from components.recipes.demand.forecasters.trees import Told, fit_trees, forecast_trees, load_trees

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
    return fit_trees(Told(histories, ends), LEVELS, (SEASON, HORIZON), 1, 1), histories, ends


def test_it_learns_the_season_of_all_series_at_their_own_scale(fitted: tuple) -> None:
    trees, histories, ends = fitted
    means = forecast_trees(trees, Told(histories, ends), HORIZON)["mean"]
    levels = 2.0 + np.arange(N)
    assert np.median(np.abs(means[:, 0] / (10 * levels) - 1)) < 0.2  # period 60 is one that sells much
    assert np.median(np.abs(means[:, 1] / levels - 1)) < 0.3


def test_higher_levels_are_higher_on_average(fitted: tuple) -> None:
    trees, histories, ends = fitted
    found = forecast_trees(trees, Told(histories, ends), HORIZON)
    assert found["q0.1"].mean() < found["q0.5"].mean() < found["q0.95"].mean()


def test_saved_boosters_forecast_the_same(fitted: tuple, tmp_path: Path) -> None:
    trees, histories, ends = fitted
    trees.save(tmp_path)
    again = forecast_trees(load_trees(tmp_path, SEASON, HORIZON), Told(histories, ends), HORIZON)
    for name, values in forecast_trees(trees, Told(histories, ends), HORIZON).items():
        assert np.array_equal(values, again[name])


def test_a_forecast_reads_its_own_history_alone_and_nothing_after_it(fitted: tuple) -> None:
    trees, histories, ends = fitted
    alone = forecast_trees(trees, Told(histories[3:4], ends[3:4]), HORIZON)["mean"][0]
    assert np.array_equal(alone, forecast_trees(trees, Told(histories, ends), HORIZON)["mean"][3])


def test_a_series_that_never_sold_is_forecast_as_zero(fitted: tuple) -> None:
    found = forecast_trees(fitted[0], Told([np.zeros(10)], np.array([60])), HORIZON)
    assert all((values == 0).all() for values in found.values())


def test_a_horizon_beyond_the_learnt_one_is_forecast_too(fitted: tuple) -> None:
    trees, histories, ends = fitted
    assert forecast_trees(trees, Told(histories, ends), 9)["mean"].shape == (N, 9)


def test_too_few_rows_are_refused_with_their_number() -> None:
    with pytest.raises(TrainingError, match="has 2 rows to learn from, expected 50 at least"):
        fit_trees(Told([np.array([1.0, 2.0, 3.0])], np.array([3])), LEVELS, (SEASON, 1), 1, 1)


def promoted(seed: int) -> tuple[list[np.ndarray], list[Beside]]:
    """Return series that sell three times as much in a promotion, and never after one."""
    histories, beside = [], []
    for k in range(N):
        numbers = np.random.default_rng(seed + k)
        promotions = (numbers.random(60) < 0.2) * 1.0
        after = np.append(0.0, promotions[:-1])
        histories.append((1 - after) * (1 + 2 * promotions) * numbers.uniform(9, 11, 60))
        beside.append(Beside(np.where(promotions > 0, 8.0, 10.0), promotions))
    return histories, beside


def test_a_promotion_of_the_period_before_is_read_and_those_of_the_future_are_not() -> None:
    histories, beside = promoted(0)
    trees = fit_trees(Told(histories, np.full(N, 60), beside), LEVELS, (SEASON, 1), 1, 1)
    assert set(COLUMNS) < set(trees.columns)
    same = [np.full(20, 10.0)] * 2
    of = [Beside(np.full(20, 10.0), np.append(np.zeros(19), last)) for last in (0.0, 1.0)]
    plain, after = forecast_trees(trees, Told(same, np.full(2, 60), of), 1)["mean"][:, 0]
    assert after < plain / 3
    longer = [Beside(np.append(one.prices, 99.0), np.append(one.promotions, 1.0)).until(20) for one in of]
    again = forecast_trees(trees, Told(same, np.full(2, 60), longer), 1)["mean"][:, 0]
    assert again.tolist() == [plain, after]


def test_a_request_without_prices_and_promotions_is_forecast_all_the_same() -> None:
    histories, beside = promoted(0)
    trees = fit_trees(Told(histories, np.full(N, 60), beside), LEVELS, (SEASON, 1), 1, 1)
    assert np.isfinite(forecast_trees(trees, Told(histories, np.full(N, 60)), 1)["mean"]).all()
