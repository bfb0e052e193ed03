"""Tests: the router learns which method wins where, and is the same after saving."""

from pathlib import Path

import numpy as np
import pytest

from components.core.contents import check_content
from components.core.errors import TrainingError
from components.recipes.demand.router.router import FILE, fit_router, load_router

METHODS = ("a", "b", "c")


def past(n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Return features and losses: the first feature decides whether a or c wins."""
    numbers = np.random.default_rng(2)
    features = numbers.normal(size=(n, 4)).astype(np.float32)
    losses = np.column_stack([1 + features[:, 0], np.full(n, 1.5), 1 - features[:, 0]]).astype(np.float64)
    return features, losses


def test_it_sends_each_row_to_the_method_that_wins_there() -> None:
    features, losses = past()
    chosen = fit_router(features, losses, METHODS, 1).choose(np.array([[-2, 0, 0, 0], [2, 0, 0, 0]], dtype=np.float32))
    assert chosen == ["a", "c"]


def test_rows_without_a_loss_are_not_learnt_from() -> None:
    features, losses = past()
    odd = np.concatenate([losses, np.full((50, 3), np.nan)])
    router = fit_router(np.concatenate([features, np.zeros((50, 4), dtype=np.float32)]), odd, METHODS, 1)
    assert router.choose(features) == fit_router(features, losses, METHODS, 1).choose(features)


def test_a_saved_router_chooses_the_same(tmp_path: Path) -> None:
    features, losses = past()
    router = fit_router(features, losses, METHODS, 1)
    router.save(tmp_path)
    check_content(tmp_path / FILE)
    assert load_router(tmp_path, METHODS).choose(features) == router.choose(features)


def test_a_single_method_is_always_chosen() -> None:
    features, losses = past(20)
    assert set(fit_router(features, losses[:, :1], ("a",), 1).choose(features)) == {"a"}


def test_nothing_to_learn_from_is_refused() -> None:
    with pytest.raises(TrainingError, match="0 past forecasts to learn from"):
        fit_router(np.zeros((2, 4), dtype=np.float32), np.full((2, 3), np.nan), METHODS, 1)


def test_no_row_is_sent_nowhere() -> None:
    features, losses = past()
    assert fit_router(features, losses, METHODS, 1).choose(features[:0]) == []
