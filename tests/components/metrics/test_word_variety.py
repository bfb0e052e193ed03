"""Tests: different n-grams of a set, and repetition within a text, against nltk's n-grams."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.util import ngrams

from components.metrics.word_variety import GramCounts, distinct, repetition

TEXTS = st.lists(st.lists(st.sampled_from("abcd"), max_size=8), min_size=1, max_size=6)


@given(TEXTS, st.integers(1, 3))
def test_distinct_is_different_ngrams_by_all_ngrams(texts: list[list[str]], size: int) -> None:
    found = float(distinct(GramCounts([" ".join(text) for text in texts], size), np.ones((1, len(texts))))[0])
    grams = [gram for text in texts for gram in ngrams(text, size)]
    assert math.isnan(found) if not grams else found == pytest.approx(len(set(grams)) / len(grams))


def test_a_text_that_is_picked_twice_adds_words_but_no_different_ones() -> None:
    counts = GramCounts(["red shoe", "blue bag"], 1)
    assert distinct(counts, np.array([[1.0, 1.0], [2.0, 0.0]])).tolist() == [1.0, 0.5]


def test_a_loop_is_repetition() -> None:
    found = repetition(["very good shoes, " * 20, "a text that never says anything twice", "too short", ""]).tolist()
    assert found[0] > 0.9
    assert found[1] == 0
    assert all(math.isnan(value) for value in found[2:])
