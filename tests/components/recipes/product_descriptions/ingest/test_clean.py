"""Tests: a description becomes plain text of a fitting length, or is refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.metrics.words import words_of
from components.recipes.product_descriptions.ingest.clean import Cleaned, clean, fit

TEN = "This red canvas shoe has a white sole and laces."
GERMAN = "Dieser rote Schuh aus Leinwand hat eine weiße Sohle und Schnürsenkel, die nicht aufgehen, und er ist leicht."


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("", "no-description"),
        ("  n/a ", "no-description"),
        ("<p><br/></p><div> </div>", "mark-up-only"),
        ("👟👟", "no-words"),
        ("<p>12 / 34 %</p>", "no-words"),
        ("word " * 5000, "too-long"),
        (GERMAN, "other-language"),
        ("Это красная обувь", "other-language"),
        (f"<p>{TEN}</p>", ""),
    ],
)
def test_what_cannot_be_used_says_why(markup: str, reason: str) -> None:
    assert clean(markup, "en").refused == reason


def test_mark_up_entities_emoji_and_mojibake_are_repaired_and_counted() -> None:
    found = clean("<p style='a'>Caf&amp;eacute; shoe 👟&nbsp;</p><p>Itâ€™s red</p>", "en")
    assert found == Cleaned("Café shoe\nIt\u2019s red", ("mark-up", "mojibake", "emoji"))


def test_signs_of_trade_are_no_emoji() -> None:
    assert clean("Nike® Air™ at 30°", "en").text == "Nike® Air™ at 30°"


def test_a_long_text_ends_after_the_last_sentence_that_fits() -> None:
    assert fit(Cleaned(f"{TEN} {TEN} {TEN}"), 3, 25) == Cleaned(f"{TEN} {TEN}", ("shortened",))


def test_a_first_sentence_that_does_not_fit_leaves_nothing() -> None:
    assert fit(Cleaned("word " * 30), 3, 25).refused == "too-short"


def test_a_short_text_is_refused() -> None:
    assert fit(Cleaned("Red shoe."), 3, 25).refused == "too-short"
    assert fit(Cleaned("", refused="no-description"), 3, 25).refused == "no-description"


@given(st.lists(st.sampled_from(["Red shoe.", "Soft!", "A white sole, 98.5% cotton", "\n", "Sole. "]), max_size=30))
def test_no_text_is_longer_than_asked_and_each_is_a_beginning(parts: list[str]) -> None:
    text = " ".join(parts).strip()
    found = fit(Cleaned(text), 1, 12)
    assert text.startswith(found.text)
    assert len(words_of(found.text)) <= 12


@given(st.text(max_size=60))
def test_any_text_is_kept_or_refused(markup: str) -> None:
    found = clean(markup, "en")
    assert bool(found.text) or bool(found.refused)
