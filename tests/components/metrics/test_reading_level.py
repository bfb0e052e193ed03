"""Tests: the reading level of texts."""

import math

import pytest

from components.metrics.reading_level import reading_level


def test_it_is_the_formula_of_the_automated_readability_index() -> None:
    text = "The rule of rhythm in prose is not so intricate."  # 38 letters, 10 words, 1 sentence
    assert reading_level([text]).item() == pytest.approx(4.71 * 3.8 + 0.5 * 10 - 21.43)


def test_long_words_and_long_sentences_are_harder() -> None:
    plain = "We cut the cloth. We sew it. We wash it."
    long_words = "Manufacturers carefully assembled reinforced components."
    long_sentence = "We cut the cloth and we sew it and we wash it and then we fold it and we pack it for you."
    levels = reading_level([plain, long_words, long_sentence]).tolist()
    assert levels[0] < levels[2] < levels[1]


def test_lines_are_sentences() -> None:
    together, apart = reading_level(["Round dial steel case leather strap", "Round dial\nsteel case\nleather strap"])
    assert apart < together


def test_a_text_without_a_word_has_none() -> None:
    assert math.isnan(reading_level(["👟 ..."]).item())
