"""Tests: a router that learns origin by origin: what it knows at each of them."""

import numpy as np

from components.recipes.demand.router.by_origin import router_regrets

N = 40  # forecasts of each origin


def past(folds: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return losses, features and folds: the first feature tells which of two methods loses nothing."""
    features = np.random.default_rng(0).normal(size=(N * folds, 2)).astype(np.float32)
    losses = np.where(features[:, :1] > 0, [[0.0, 1.0]], [[1.0, 0.0]])
    return losses, features, np.repeat(np.arange(folds), N)


def test_at_the_first_origin_it_chooses_as_by_chance_and_later_by_what_it_learnt() -> None:
    losses, features, folds = past(3)
    found = router_regrets(losses, features, folds, ("a", "b"), 1)
    assert (found[:N] == 0.5).all()
    assert found[N:].mean() < 0.1


def test_later_origins_change_nothing_at_earlier_ones() -> None:
    losses, features, folds = past(3)
    other = np.where(folds[:, None] == 2, 1 - losses, losses)
    ours, theirs = (router_regrets(one, features, folds, ("a", "b"), 1) for one in (losses, other))
    assert np.array_equal(ours[: 2 * N], theirs[: 2 * N])
