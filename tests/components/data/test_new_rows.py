"""Tests: new rows are counted by content, else by id, else by every field."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components.core.records import Snapshot
from components.data.new_rows import new_rows


def snapshot(*train: dict[str, Any], validation: Sequence[dict[str, Any]] = ()) -> Snapshot:
    return Snapshot("d", Path(), {"train": train, "validation": validation})


def test_an_example_with_another_caption_and_file_is_not_new() -> None:
    old = snapshot({"content": "a", "caption": "red", "file_name": "1.png"})
    assert new_rows(snapshot({"content": "a", "caption": "a red shoe", "file_name": "2.png"}), old) == 0
    assert new_rows(snapshot({"content": "b", "caption": "red", "file_name": "1.png"}), old) == 1


def test_without_content_the_id_counts_and_without_both_every_field() -> None:
    assert new_rows(snapshot({"id": 1, "price": 3}), snapshot({"id": 1, "price": 2})) == 0
    assert new_rows(snapshot({"price": 3}), snapshot({"price": 2})) == 1


def test_an_example_that_moved_to_another_split_is_not_new_and_one_that_left_is_not_counted() -> None:
    old = snapshot({"id": 1}, {"id": 2})
    assert new_rows(snapshot({"id": 1}, validation=[{"id": 3}]), old) == 1
    assert new_rows(snapshot(validation=[{"id": 1}]), old) == 0


@given(st.lists(st.integers(0, 5)), st.lists(st.integers(0, 5)))
def test_equal_examples_are_counted_and_appended_ones_are_new(old: list[int], more: list[int]) -> None:
    before = snapshot(*({"grams": grams} for grams in old))
    after = snapshot(*({"grams": grams} for grams in [*old, *more]))
    assert new_rows(after, before) == len(more)
    assert new_rows(before, after) == 0
