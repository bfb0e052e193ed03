"""Tests: the word that decides has the largest effect, for any model."""

from collections.abc import Sequence

import numpy as np
import pytest

from components.recipes.failure_modes.analysis.explanation import MOST_WORDS, words_that_moved


class Leaks:
    """Says Leak if the text has the word."""

    classes = ("Leak", "Other")

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([[0.9, 0.1] if "leak" in text.split() else [0.2, 0.8] for text in texts]).reshape(-1, 2)


def test_the_deciding_word_comes_first_with_what_it_moved() -> None:
    first, second = words_that_moved(Leaks(), ["pump leak found", "pump broken"])
    assert (first[0].word, first[0].effect) == ("leak", pytest.approx(0.7))
    assert [moved.effect for moved in first[1:]] == [0, 0]
    assert [moved.effect for moved in second] == [0, 0]


def test_an_empty_text_has_no_words_and_a_long_one_is_cut() -> None:
    empty, long = words_that_moved(Leaks(), ["", "word " * 2000])
    assert empty == []
    assert len(long) == MOST_WORDS
    assert words_that_moved(Leaks(), []) == []
