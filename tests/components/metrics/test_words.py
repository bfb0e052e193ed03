"""Tests: words, sentences and sequences of words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.metrics.words import grams_of, sentences_of, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("--- ... 👟", []),
        ("T-shirts & tops", ["t-shirts", "tops"]),
        ("It\u2019s 98.5% cotton/nylon.", ["it's", "98.5", "cotton", "nylon"]),
        ("Größe 42", ["größe", "42"]),
    ],
)
def test_words_are_lower_case_and_have_no_signs_around_them(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_a_line_ends_a_sentence_and_a_decimal_point_does_not() -> None:
    assert sentences_of("Dial: 3.5 cm\nSteel case. Two years!") == ["Dial: 3.5 cm", "Steel case", "Two years"]


@given(st.lists(st.text("ab", min_size=1), max_size=12), st.integers(1, 5))
def test_each_word_but_the_last_ones_begins_a_sequence(words: list[str], size: int) -> None:
    grams = grams_of(words, size)
    assert len(grams) == max(0, len(words) - size + 1)
    assert all(list(gram) == words[at : at + size] for at, gram in enumerate(grams))
