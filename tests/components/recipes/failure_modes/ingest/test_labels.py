"""Tests: labels get one spelling; contradictions are listed; rare ones are merged, dropped or kept as the YAML says."""

from components.recipes.failure_modes.config import RareClasses
from components.recipes.failure_modes.ingest.labels import contradictions, rare_labels, spelled

ROWS = [(f"g{n}", "Leak") for n in range(5)] + [("g0", "Worn"), ("g0", "Worn"), ("g7", "Fire"), ("g8", "Fire")]


def test_the_most_frequent_spelling_is_used() -> None:
    found = spelled(["Leak", "Leak", "LEAK", " leak ", "Worn-out", "Worn out", "worn out"])
    assert {found[name] for name in ("Leak", "LEAK", " leak ")} == {"Leak"}
    assert len({found[name] for name in ("Worn-out", "Worn out", "worn out")}) == 1


def test_texts_with_several_labels_are_listed_with_their_counts() -> None:
    assert contradictions([("a", "Leak"), ("a", "Leak"), ("a", "Worn"), ("b", "Leak")]) == {"a": {"Leak": 2, "Worn": 1}}


def test_rare_labels_are_counted_in_different_comments_and_follow_the_rule() -> None:
    assert rare_labels(ROWS, RareClasses(fewer_than=3, rule="drop")) == {"Worn": None, "Fire": None}
    assert rare_labels(ROWS, RareClasses(fewer_than=2, rule="drop")) == {"Worn": None}
    merged = rare_labels(ROWS, RareClasses(fewer_than=3, rule="merge", into="Other"))
    assert merged == {"Worn": "Other", "Fire": "Other"}
    assert rare_labels(ROWS, RareClasses(fewer_than=3, rule="keep")) == {}
