"""Tests: sentences that recur in many descriptions are found, counted and removed."""

from components.recipes.product_descriptions.ingest.boilerplate import (
    find_boilerplate,
    without_boilerplate,
    words_of_boilerplate,
)

CARE = "Wash care\nDo not bleach."
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
TEXTS = [f"Shirt of the {number} kind. Made with care!\n{CARE}" for number in NUMBERS]


def test_a_sentence_of_many_texts_is_boilerplate_and_one_of_a_few_is_not() -> None:
    found = find_boilerplate([*TEXTS, "Blue bag. A zip."], share=0.5)
    assert found == {"do not bleach": 12, "made with care": 12, "wash care": 12}


def test_copies_of_one_text_count_once() -> None:
    assert find_boilerplate([TEXTS[0]] * 50, share=0.1) == {}


def test_numbers_make_no_other_sentence() -> None:
    texts = [f"{number} shirt.\nThe model wears size {size}" for size, number in enumerate(NUMBERS)]
    assert find_boilerplate(texts, share=0.5) == {"the model wears size 0": 12}


def test_a_text_keeps_its_own_sentences_and_loses_empty_lines() -> None:
    found = find_boilerplate(TEXTS, share=0.5)
    assert without_boilerplate(TEXTS[0], found) == "Shirt of the one kind."
    assert without_boilerplate("Do not bleach! Soft. Do not bleach", found) == "Soft."


def test_its_words_are_counted() -> None:
    found = find_boilerplate(TEXTS, share=0.5)
    assert words_of_boilerplate(TEXTS[:2], found) == 2 * 8
