"""Tests: the bandit: it finds the method of each class, and its regret grows ever more slowly."""

import numpy as np

from components.recipes.demand.router.bandit import replay

METHODS = ("a", "b", "c")


def losses(n: int, seed: int = 1) -> tuple[np.ndarray, list[str]]:
    """Return losses in which `a` is best for smooth series and `c` for lumpy ones."""
    numbers = np.random.default_rng(seed)
    classes = ["smooth" if k % 2 else "lumpy" for k in range(n)]
    means = np.array([[0.2, 0.5, 0.8] if name == "smooth" else [0.8, 0.5, 0.2] for name in classes])
    return np.maximum(means + numbers.normal(0, 0.1, (n, 3)), 0.0), classes


def test_it_finds_the_best_method_of_each_class() -> None:
    values, classes = losses(600)
    found = replay(values, classes, np.zeros(600, dtype=np.int64), METHODS, 1)
    assert found.choices == {"smooth": "a", "lumpy": "c"}


def test_its_regret_grows_more_slowly_with_time() -> None:
    values, classes = losses(600)
    regrets = replay(values, classes, np.zeros(600, dtype=np.int64), METHODS, 1).regrets
    assert (regrets >= 0).all()
    assert regrets[:100].mean() > 2 * regrets[300:].mean()


def test_earlier_origins_are_replayed_first() -> None:
    values, classes = losses(40)
    values[:20] += 10 * np.arange(3)  # the rows of the later origin have far larger regrets
    found = replay(values, classes, np.repeat([1, 0], 20), METHODS, 1)
    assert found.regrets[:20].max() < 2 < found.regrets[20:].max()


def test_the_same_seed_gives_the_same_replay_and_another_one_another() -> None:
    values, classes = losses(60)
    folds = np.zeros(60, dtype=np.int64)
    one, again, other = (replay(values, classes, folds, METHODS, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.chosen, again.chosen)
    assert not np.array_equal(one.chosen, other.chosen)


def test_nothing_to_replay_gives_nothing() -> None:
    assert len(replay(np.empty((0, 3)), [], np.empty(0, dtype=np.int64), METHODS, 1).regrets) == 0
