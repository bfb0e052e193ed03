"""Tests: embeddings of one source are no change, shifted ones are."""

import numpy as np
import pytest

from components.drift.kernel_test import ROWS, compare_embeddings


def rows(n: int, shift: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 16)) + shift


def test_chance_alone_is_rarely_improbable() -> None:
    found = [
        compare_embeddings("picture", rows(200, 0, seed), rows(120, 0, 10_000 + seed), seed).p for seed in range(200)
    ]
    assert np.mean(np.array(found) <= 0.05) <= 0.10  # 0.05 and three standard errors
    assert 0.35 <= np.mean(np.array(found) <= 0.5) <= 0.65


def test_a_shift_is_found_and_grows_with_its_size() -> None:
    near, far = (compare_embeddings("picture", rows(400, 0, 1), rows(300, shift, 2), 0) for shift in (0.3, 1.0))
    assert far.p < near.p < 1e-4
    assert near.distance < far.distance
    assert (far.n, far.reference_n, far.method) == (300, 400, "mmd")


def test_large_samples_are_sampled_down_and_the_same_seed_gives_the_same() -> None:
    large = rows(3 * ROWS, 0, 1)
    first, again = (compare_embeddings("picture", large, rows(100, 0, 2), 5) for _ in range(2))
    assert first == again
    assert first.reference_n == 3 * ROWS


def test_constant_embeddings_are_no_change_and_too_few_are_an_error() -> None:
    same = np.zeros((20, 4))
    assert compare_embeddings("picture", same, same, 0).p == 0.5
    with pytest.raises(ValueError, match="7 rows, 8 are needed"):
        compare_embeddings("picture", rows(20, 0, 1), rows(7, 0, 1), 0)
