"""Tests: each column is compared by the method of its kind, whatever it holds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from components.drift.compare import compare_columns, is_embedding, joined, without_embeddings

VALUES = st.one_of(st.none(), st.text(max_size=5), st.integers(-9, 9), st.floats(-9, 9), st.booleans())
COLUMN = st.lists(VALUES, max_size=12)
VECTORS = st.lists(st.one_of(st.none(), st.lists(st.floats(-1, 1), min_size=3, max_size=3)), max_size=12)


def vectors(n: int, shift: float, seed: int) -> list[list[float]]:
    found: list[list[float]] = (np.random.default_rng(seed).normal(size=(n, 4)) + shift).tolist()
    return found


def test_embeddings_are_compared_by_the_kernel_test_and_the_others_by_their_distance() -> None:
    reference = {"kind": ["plum", "apple"] * 50, "grams": [*range(100)], "shape": [*vectors(90, 0, 1), *[None] * 10]}
    current = {"kind": ["plum"] * 60, "grams": [*range(60)], "shape": vectors(60, 1, 2)}
    found = {drift.column: drift for drift in compare_columns(reference, current, 0)}
    assert {name: drift.method for name, drift in found.items()} == {
        "kind": "jensenshannon",
        "grams": "wasserstein",
        "shape": "mmd",
    }
    assert (found["shape"].reference_n, found["shape"].n) == (90, 60)
    assert found["shape"].p < 1e-6
    assert without_embeddings(current).keys() == {"kind", "grams"}


def test_too_few_embeddings_are_left_out() -> None:
    assert compare_columns({"shape": vectors(20, 0, 1)}, {"shape": vectors(7, 0, 1)}, 0) == []


@given(st.dictionaries(st.sampled_from("abc"), COLUMN | VECTORS), st.dictionaries(st.sampled_from("abc"), COLUMN))
def test_no_columns_are_an_error(reference: dict[str, list[object]], current: dict[str, list[object]]) -> None:
    for drift in compare_columns(reference, current, 0):
        assert 0 <= drift.p <= 1
        assert drift.distance >= 0


def test_columns_of_splits_are_joined_where_all_have_them() -> None:
    assert joined([{"a": [1], "b": [2]}, {"a": [3, None]}]) == {"a": [1, 3, None]}
    assert joined([]) == {}


def test_texts_are_no_embeddings() -> None:
    assert not is_embedding(["abc"], [None])
    assert is_embedding([None], [[1.0]])
