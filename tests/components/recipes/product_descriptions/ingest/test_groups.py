"""Tests: texts that are alike, or of one name, share a split, and keep it."""

from pathlib import Path

from components.core.records import Snapshot
from components.recipes.product_descriptions.example import ProductDescription
from components.recipes.product_descriptions.ingest.groups import Described, place

SHARES = {"train": 70, "validation": 15, "test": 15}
WORDS = ["canvas", "leather", "rubber", "cotton", "nylon", "wool", "silk", "linen", "mesh", "suede", "denim", "velvet"]
ROWS = [
    Described(f"A shoe of {a} and {b}, soft as {b} is, for {a} days.", f"{a} {b}")
    for a in WORDS
    for b in WORDS
    if a != b
]


def test_most_groups_are_in_train_and_every_split_has_some() -> None:
    counts = {split: sum(p.split == split for p in place(ROWS, None, 1.0, SHARES)) for split in SHARES}
    assert 0.55 < counts["train"] / len(ROWS) < 0.8
    assert min(counts.values()) > 0.05 * len(ROWS)


def test_near_duplicates_share_a_group_and_a_split() -> None:
    rows = [Described("A red shoe of soft canvas with a white rubber sole", "x")]
    rows.append(Described("A red shoe of soft canvas with a white rubber sole!!", "y"))
    one, other = place(rows, None, 0.85, SHARES)
    assert one == other


def test_texts_of_one_name_share_a_group() -> None:
    one, other, third = place(
        [Described("red shoe", "n"), Described("quite other words", "n"), ROWS[0]], None, 1.0, SHARES
    )
    assert one == other
    assert third.group != one.group


def test_the_order_and_other_rows_do_not_matter() -> None:
    forward = dict(zip(ROWS, place(ROWS, None, 1.0, SHARES), strict=True))
    some = list(reversed(ROWS[:40]))
    assert [forward[row] for row in some] == place(some, None, 1.0, SHARES)


def test_a_text_keeps_its_earlier_split_and_takes_its_near_duplicates_with_it(tmp_path: Path) -> None:
    text = "A red shoe of soft canvas with a white rubber sole"
    example = ProductDescription(id=1, attributes={}, text=text, group="g")
    for split in SHARES:
        earlier = Snapshot("d", tmp_path / "d", {split: [example]})
        found = place([Described(f"{text}.", "")], earlier, 0.85, SHARES)
        assert found[0].split == split
