"""Tests: a card has the description, the scores and the use of a version, in well-formed Markdown."""

import re
from dataclasses import replace

from components.core.card import Card, CardNotes, card_text
from components.core.manifest import Origin
from components.core.records import Score, Scorecard

SD = "stable-diffusion-v1-5/stable-diffusion-v1-5@451f4fe16113bff5a5d2269ed5ad43b0592e9a14"
ORIGIN = Origin("casual-shoes", 300, "abc123", SD, "def456", "s1", "t1", "0123456789abcdef", {})
SCORES = {
    "fid": Score(12.345678, 64, 11.5, 13.25, "eye@1|odd", honest=False),
    "clip_score": Score(0.31, 64, 0.3, 0.32),
}
NOTES = CardNotes(["**Licence of the base**: free"], ["Shoes are invented."], ["```python", "load()", "```"])
SCORECARD = Scorecard("step-300", "s1", "validation", SCORES)
CARD = Card(3, "Makes casual shoes.", NOTES, "drawn", ORIGIN, SCORECARD, grid="grid?run=1")


def text_of(card: Card) -> str:
    return card_text(card).replace("\u00a0", "")  # they only widen the columns


def test_a_card_has_scores_with_their_intervals() -> None:
    text = text_of(CARD)
    assert "| score | validation (95 %) | n |" in text
    assert "| fid | 12.35 (11.5 to 13.25) | 64 |" in text
    assert "| clip_score | 0.31 (0.3 to 0.32) | 64 |" in text
    assert "Measured on snapshot `s1`." in text
    assert "- Extractor `eye@1/odd`: fid" in text
    assert "Too few examples to rank by: fid." in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({row.count("|") for row in rows}) == 1


def test_the_card_of_a_promoted_version_has_a_column_of_test_scores() -> None:
    test = Scorecard("step-300", "s1", "test", {"fid": Score(14.0, 32, 12, 16)})
    text = text_of(replace(CARD, test=test))
    assert "| score | validation (95 %) | test (95 %) | n |" in text
    assert "| fid | 12.35 (11.5 to 13.25) | 14 (12 to 16) | 64, 32 |" in text
    assert "| clip_score | 0.31 (0.3 to 0.32) |  | 64 |" in text


def test_a_card_has_the_notes_of_its_recipe_on_base_limits_and_loading() -> None:
    text = text_of(CARD)
    assert f"- **Base model**: `{SD}` (`def456`)\n- **Licence of the base**: free" in text
    assert "\n- Shoes are invented.\n" in text
    assert text.endswith("### Loading\n\n```python\nload()\n```\n")


def test_a_decided_version_says_what_was_decided_and_why() -> None:
    text = text_of(replace(CARD, decision="HOLD", reason="It is tied\nwith version 2."))
    assert "\n- **Decision**: HOLD. It is tied with version 2.\n" in text
    assert "Decision" not in text_of(CARD)


def test_the_card_of_a_model_without_a_base_has_no_line_about_it() -> None:
    assert "Base model" not in text_of(replace(CARD, origin=replace(ORIGIN, base_model=""), notes=CardNotes()))


def test_a_card_without_scores_says_so_and_fits_into_mlflow() -> None:
    assert "Not evaluated yet." in text_of(Card(3, "Makes.", NOTES, "drawn", ORIGIN, None))
    assert len(text_of(CARD)) < 4000


def test_a_card_shows_only_pictures_of_its_own_server() -> None:
    assert re.findall(r"!\[[^]]*\]\(([^)]*)\)|<img", text_of(CARD)) == ["grid?run=1"]
    assert "![" not in text_of(replace(CARD, grid=""))


def test_a_checkpoint_with_a_name_is_called_by_it() -> None:
    assert "**Checkpoint**: step 300, weights" in text_of(CARD)
    named = replace(CARD, origin=replace(ORIGIN, name="naive Bayes"))
    assert "**Checkpoint**: naive Bayes, weights" in text_of(named)
