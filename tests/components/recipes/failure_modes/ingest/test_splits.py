"""Tests: groups are split by failure mode, by date or as given, and keep the split that they have."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.recipes.failure_modes.ingest.splits import Group, assign

SHARES = {"train": 60, "validation": 20, "test": 20}
SPLITS = st.sampled_from(["train", "validation", "test"])


def groups(count: int, label: str) -> list[Group]:
    return [Group(f"{label}{n}", label, f"2024-{n % 12 + 1:02}-01", 1) for n in range(count)]


@given(st.lists(st.integers(5, 60), min_size=1, max_size=5))
def test_each_failure_mode_is_split_in_proportion(sizes: list[int]) -> None:
    every = [group for n, size in enumerate(sizes) for group in groups(size, f"mode {n} ")]
    found = assign(every, "label", SHARES)
    for n, size in enumerate(sizes):
        counts = Counter(found[group.name] for group in every if group.label == f"mode {n} ")
        assert all(abs(counts[split] - size * share / 100) < 1.01 for split, share in SHARES.items())


@given(st.permutations(groups(12, "Leak")))
def test_the_order_of_rows_does_not_matter(every: list[Group]) -> None:
    assert assign(every, "label", SHARES) == assign(groups(12, "Leak"), "label", SHARES)


@pytest.mark.parametrize("by", ["label", "date", "given"])
@given(earlier=st.lists(st.frozensets(SPLITS), min_size=8, max_size=8))
def test_a_group_that_was_trained_on_is_never_scored(by: str, earlier: list[frozenset[str]]) -> None:
    every = [Group(f"g{n}", "Leak", "2024-01-01", 1, splits) for n, splits in enumerate(earlier)]
    found = assign(every, by, SHARES)
    assert all(found[group.name] == "train" for group in every if "train" in group.earlier)
    assert all(found[group.name] in group.earlier for group in every if group.earlier)


def test_by_date_no_training_comment_is_newer_than_a_test_comment() -> None:
    every = groups(40, "Leak")
    found = assign(every, "date", SHARES)
    dates = {split: [group.date for group in every if found[group.name] == split] for split in SHARES}
    assert max(dates["train"]) <= min(dates["validation"]) <= max(dates["validation"]) <= min(dates["test"])
    undated = Group("undated", "Leak", "", 1)
    assert assign([*every, undated], "date", SHARES)["undated"] == "train"


def test_given_splits_are_taken_and_those_never_given_come_out_of_train() -> None:
    given_ones = [Group(f"t{n}", "Leak", "", 1, given=frozenset({"train"})) for n in range(20)]
    test = [Group(f"x{n}", "Leak", "", 1, given=frozenset({"test"})) for n in range(5)]
    found = assign([*given_ones, *test], "given", SHARES)
    assert {found[group.name] for group in test} == {"test"}
    counts = Counter(found[group.name] for group in given_ones)
    assert counts == {"train": 16, "validation": 4}


def test_alike_comments_that_are_given_to_several_splits_are_for_training() -> None:
    both = Group("both", "Leak", "", 2, given=frozenset({"train", "test"}))
    rest = [Group(name, "Leak", "", 1, given=frozenset({name})) for name in ("validation", "test")]
    assert assign([both, *rest], "given", SHARES)["both"] == "train"
