"""Tests: comments are repaired the same way in ingest and in predictions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.data.catalogue.values import visible
from components.recipes.failure_modes.ingest.clean import Cleaned, clean, expand, key_of
from components.recipes.failure_modes.reading import Reading

READING = Reading(abbreviations={"cyl": "cylinder", "l/h": "left hand", "u/s": "unserviceable", "no.": "number"})


@pytest.mark.parametrize(
    ("raw", "text", "repairs"),
    [
        ("hose leaking", "hose leaking", ()),
        ("  hose \n\t leaking ", "hose leaking", ("white-space",)),
        ("caf\u00c3\u00a9 door \u00e2\u20ac\u201c seal", "caf\u00e9 door \u2013 seal", ("mojibake",)),
        ("ca\u00adble\u200b torn", "cable torn", ("white-space",)),
        ("L/H CYL U/S", "left hand cylinder unserviceable", ("abbreviation",)),
    ],
)
def test_a_comment_is_repaired_and_each_repair_is_named(raw: str, text: str, repairs: tuple[str, ...]) -> None:
    assert clean(raw, READING) == Cleaned(text, repairs)


@pytest.mark.parametrize(
    ("raw", "refused"),
    [
        ("", "no-text"),
        ("   ", "no-text"),
        ("NaN", "no-text"),
        ("<NA>", "no-text"),
        ("\U0001f600\U0001f527", "no-words"),
        ("???", "no-words"),
        ("12345", "no-words"),
        ("x" * 10_000, "too-long"),
        ("утечка масла", "other-script"),
        ("油漏れ", "other-script"),
    ],
)
def test_a_text_without_a_readable_comment_is_refused_with_a_reason(raw: str, refused: str) -> None:
    assert clean(raw, READING).refused == refused


def test_abbreviations_are_replaced_as_whole_words_only_and_the_longest_first() -> None:
    table = {"cyl": "cylinder", "cyl head": "cylinder head gasket"}
    assert expand("Cyl leak, cylinders, cyl head", table) == "cylinder leak, cylinders, cylinder head gasket"


@given(st.text(max_size=60))
def test_a_cleaned_comment_has_single_spaces_and_no_invisible_characters(raw: str) -> None:
    found = clean(raw, Reading())
    assert found.refused or (found.text == " ".join(found.text.split()) and visible(found.text) == found.text)


@given(st.text(st.characters(codec="ascii"), max_size=60))
def test_a_cleaned_comment_is_clean(raw: str) -> None:
    once = clean(raw, Reading())
    assert once.refused or clean(once.text, Reading()).text == once.text


def test_keys_are_equal_for_texts_that_differ_in_case_and_punctuation_only() -> None:
    assert key_of("Bucket CYL. leaking!!") == key_of("bucket  cyl leaking")
    assert key_of("bucket cyl leak") != key_of("bucket cyl leaking")
