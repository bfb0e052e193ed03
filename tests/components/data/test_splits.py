"""Tests: a picture's split depends only on its content and never changes, except towards training."""

import hashlib
import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.data.splits import PictureHashes, assign_splits
from tests.components.data.pictures.hashes import distance, hashes

SHARES = {"train": 70, "validation": 15, "test": 15}
BITS = 2

pictures = st.lists(hashes, max_size=30, unique=True).map(
    lambda found: [PictureHashes(hashlib.sha256(phash.encode()).hexdigest(), phash) for phash in found]
)


def splits_of(found: list[PictureHashes], earlier: dict[PictureHashes, str] | None = None) -> dict[PictureHashes, str]:
    assignments = assign_splits(found, earlier or {}, SHARES, BITS)
    return {picture: assignment.split for picture, assignment in zip(found, assignments, strict=True)}


@given(pictures, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(found: list[PictureHashes], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert splits_of(shuffled) == splits_of(found)


@given(pictures)
def test_near_duplicates_are_never_in_two_splits(found: list[PictureHashes]) -> None:
    split_of = splits_of(found)
    for first, second in itertools.combinations(found, 2):
        if distance(first.phash, second.phash) <= BITS:
            assert split_of[first] == split_of[second]


@given(pictures, pictures)
def test_new_rows_move_an_old_picture_only_towards_training(old: list[PictureHashes], new: list[PictureHashes]) -> None:
    before = splits_of(old)
    after = splits_of(list(dict.fromkeys([*old, *new])), before)
    order = list(SHARES)
    for picture, split in before.items():
        assert order.index(after[picture]) <= order.index(split)


@given(pictures, pictures)
def test_a_near_duplicate_of_a_removed_training_picture_is_never_scored(
    old: list[PictureHashes], new: list[PictureHashes]
) -> None:
    before = splits_of(old)
    after = splits_of(new, before)
    trained = [picture for picture, split in before.items() if split == "train"]
    for picture in new:
        if any(distance(picture.phash, other.phash) <= BITS for other in trained):
            assert after[picture] == "train"


@settings(max_examples=5)
@given(st.integers(0, 2**32))
def test_the_splits_have_the_configured_shares(seed: int) -> None:
    found = [
        PictureHashes(hashlib.sha256(f"{seed} {n}".encode()).hexdigest(), f"{n * 0x0101_0101:064x}")
        for n in range(2000)
    ]
    assignments = assign_splits(found, {}, SHARES, bits=0)
    counts = Counter(assignment.split for assignment in assignments)
    for split, share in SHARES.items():
        assert counts[split] / 20 == pytest.approx(share, abs=5)  # five standard deviations


def test_a_picture_that_joins_two_groups_moves_both_to_training() -> None:
    left, bridge, right = PictureHashes("a", "0000"), PictureHashes("b", "0003"), PictureHashes("c", "000f")
    before = {left: "test", right: "train"}
    assert splits_of([left, bridge, right], before) == {left: "train", bridge: "train", right: "train"}


def test_a_group_is_named_by_its_smallest_content_digest() -> None:
    assignments = assign_splits([PictureHashes("b" * 64, "0000"), PictureHashes("a" * 64, "0001")], {}, SHARES, BITS)
    assert [assignment.group for assignment in assignments] == ["a" * 12, "a" * 12]
