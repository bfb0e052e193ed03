"""Tests: comments that share most letter trigrams are one group, found without comparing every pair."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from components.data.near_duplicates import group_alike


def grams(text: str) -> set[str]:
    padded = f" {text} "
    return {padded[at : at + 3] for at in range(max(1, len(padded) - 2))}


def test_a_typo_and_a_repetition_are_alike_and_another_part_is_not() -> None:
    keys = ["oil leak at left lift cylinder", "oil leak at left lift cylnder", "oil leak at gearbox", "belt worn"]
    assert group_alike(keys, 0.75) == [0, 0, 2, 3]
    assert group_alike([*keys, keys[3]], 1.0) == [0, 1, 2, 3, 3]


def test_comments_that_differ_in_numbers_only_are_alike() -> None:
    assert group_alike(["unit 017 leaking", "unit 905 leaking", "unit 017 noisy"], 0.85) == [0, 0, 2]


@given(st.lists(st.text(alphabet="abc ", max_size=8), max_size=12), st.sampled_from([0.6, 0.75, 0.9]))
def test_every_pair_at_or_above_the_threshold_shares_a_group(keys: list[str], threshold: float) -> None:
    heads = group_alike(keys, threshold)
    for a, b in combinations(range(len(keys)), 2):
        one, other = grams(keys[a]), grams(keys[b])
        if len(one & other) >= threshold * len(one | other):
            assert heads[a] == heads[b]


@given(st.lists(st.text(alphabet="abcd ", max_size=10), max_size=10))
def test_a_group_holds_chains_of_alike_texts_only(keys: list[str]) -> None:
    heads = group_alike(keys, 0.8)
    for head in set(heads):
        members = {keys[place] for place in range(len(keys)) if heads[place] == head}
        reached, left = {min(members)}, members - {min(members)}
        while near := {k for k in left for r in reached if len(grams(k) & grams(r)) >= 0.8 * len(grams(k) | grams(r))}:
            reached |= near
            left -= near
        assert not left
