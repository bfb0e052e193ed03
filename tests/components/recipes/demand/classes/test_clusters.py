"""Tests: groups are found where there are some, are stable there, and are called unstable in noise."""

import numpy as np

from components.recipes.demand.classes.clusters import FEWEST, find_clusters

NUMBERS = np.random.default_rng(0)


def test_groups_that_are_apart_are_found_by_both_methods_and_are_stable() -> None:
    centres = np.array([[0.0, 0.0, 0.0], [6.0, 0.0, 0.0], [0.0, 6.0, 6.0]])
    points = np.concatenate([centre + NUMBERS.normal(0, 0.2, (40, 3)) for centre in centres])
    for found in find_clusters(points, seed=1):
        assert found.count == 3
        assert [len(np.unique(found.labels[at : at + 40])) for at in (0, 40, 80)] == [1, 1, 1] or found.in_none > 0
        assert found.stability > 0.9
        assert found.sure


def test_noise_has_no_stable_groups() -> None:
    for found in find_clusters(NUMBERS.normal(0, 1, (150, 8)), seed=1):
        assert found.count < 2 or not found.sure


def test_the_same_seed_gives_the_same_groups() -> None:
    points = NUMBERS.normal(0, 1, (60, 4))
    one, two = find_clusters(points, seed=3), find_clusters(points, seed=3)
    assert all(np.array_equal(a.labels, b.labels) and a.stability == b.stability for a, b in zip(one, two, strict=True))


def test_few_series_and_equal_series_are_not_grouped() -> None:
    assert find_clusters(np.zeros((FEWEST - 1, 3)), seed=1) == []
    assert all(found.count <= 1 for found in find_clusters(np.zeros((30, 3)), seed=1))
