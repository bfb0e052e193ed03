"""Tests: near duplicates are grouped as by comparing all pairs, but fast."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from components.data.pictures.near_duplicates import group_near_duplicates
from tests.components.data.pictures.hashes import distance, hashes


@given(st.lists(hashes, max_size=40), st.integers(0, 20))
def test_groups_equal_those_of_comparing_all_pairs(phashes: list[str], bits: int) -> None:
    groups = group_near_duplicates(phashes, bits)
    expected = list(range(len(phashes)))
    pairs = list(itertools.combinations(range(len(phashes)), 2))
    near = [(a, b) for a, b in pairs if distance(phashes[a], phashes[b]) <= bits]
    for first, second in near * len(phashes):
        expected[first] = expected[second] = min(expected[first], expected[second])
    assert groups == expected


def test_20_000_pictures_are_grouped() -> None:
    rows = np.random.default_rng(0).integers(0, 256, (20_000, 32), dtype=np.uint8)
    rows[1] = rows[0] ^ np.eye(32, dtype=np.uint8)[5]
    groups = group_near_duplicates([bytes(row).hex() for row in rows], bits=6)
    assert groups[1] == 0
    assert len(set(groups)) == 19_999
