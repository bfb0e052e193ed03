"""Tests: new examples are those that another snapshot does not have, as often as it has them."""

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from components.core.records import Snapshot
from components.data.new_examples import new_examples

EXAMPLES = st.lists(st.sampled_from("abcd"), max_size=12)
SPLITS = st.fixed_dictionaries({"train": EXAMPLES, "test": EXAMPLES})


def snapshot(splits: dict[str, list[str]]) -> Snapshot[str]:
    return Snapshot("0", Path(), splits)


def counts(found: Snapshot[str]) -> Counter[str]:
    return Counter(example for examples in found.splits.values() for example in examples)


@given(SPLITS, SPLITS)
def test_the_surplus_is_new_whatever_the_split(known: dict[str, list[str]], now: dict[str, list[str]]) -> None:
    found = new_examples(snapshot(known), snapshot(now), str)
    assert counts(found) == counts(snapshot(now)) - counts(snapshot(known))
    assert found.splits.keys() == now.keys()


@given(SPLITS)
def test_a_snapshot_has_nothing_new_to_itself(splits: dict[str, list[str]]) -> None:
    assert counts(new_examples(snapshot(splits), snapshot(splits), str)) == Counter()
