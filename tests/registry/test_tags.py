"""Tests: scorecards survive as tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.errors import RegistryError
from components.core.records import Score, Scorecard
from components.metrics import METRICS
from registry.tags import (
    from_base_tags,
    from_tags,
    from_test_tags,
    out_of_date,
    quoted,
    to_base_tags,
    to_tags,
    to_test_tags,
)
from tests.registry.conftest import make_scorecard

numbers = st.floats(allow_nan=False)
scores = st.builds(
    Score,
    value=numbers,
    n=st.integers(0, 10**9),
    low=numbers,
    high=numbers,
    extractor=st.text(max_size=30),
    floor=st.none() | numbers,
    honest=st.booleans(),
)
words = st.text(min_size=1, max_size=20)
scorecards = st.builds(Scorecard, words, words, words, st.dictionaries(st.sampled_from(sorted(METRICS)), scores))


@given(scorecards)
def test_a_scorecard_comes_back_from_its_tags_as_it_was(card: Scorecard) -> None:
    assert from_tags(to_tags(card)) == card
    assert from_base_tags(to_base_tags(card)) == card
    assert from_test_tags(to_test_tags(card)) == card
    assert from_tags(to_tags(card) | to_test_tags(card)) == card  # the test split is never mistaken for the other


@given(scorecards, scorecards)
def test_a_new_scorecard_leaves_nothing_of_the_old_one(old: Scorecard, new: Scorecard) -> None:
    tags = {"step": "10", "decision": "HOLD", **to_tags(old)}
    for name in out_of_date(tags, to_tags(new)):
        del tags[name]
    assert from_tags(tags) is None
    assert from_tags(tags | to_tags(new)) == new
    assert tags["step"] == "10"


@given(scorecards, st.data())
def test_a_scorecard_that_is_only_half_written_is_none(card: Scorecard, data: st.DataObject) -> None:
    tags = list(to_tags(card).items())
    written = data.draw(st.integers(0, len(tags) - 1))
    assert from_tags(dict(tags[:written])) is None


def test_the_tags_are_the_ones_that_people_know() -> None:
    tags = to_tags(make_scorecard(step=10, value=20.0))
    assert tags["fid"] == "20.0"
    assert tags["fid.extractor"] == "eye@1"
    assert (tags["fid.low"], tags["fid.high"], tags["fid.n"], tags["fid.floor"]) == ("19.0", "21.0", "64", "3.0")
    assert tags["fid.honest"] == "true"
    assert (tags["snapshot"], tags["split"]) == ("s1", "validation")
    assert "clip_score.extractor" not in tags


def test_a_score_that_is_not_a_number_comes_back_as_such() -> None:
    card = from_tags(to_tags(Scorecard("base", "s", "validation", {"fid": Score(float("nan"), 1, 0, 0)})))
    assert card is not None
    assert card.scores["fid"].value != card.scores["fid"].value


def test_a_damaged_tag_is_an_error_with_what_to_do() -> None:
    with pytest.raises(RegistryError, match=r"fid hold no number .* run `evaluate` again"):
        from_tags({**to_tags(make_scorecard()), "fid": "low"})


def test_a_value_with_a_quote_can_be_looked_up() -> None:
    assert quoted("men's") == '"men\'s"'
    with pytest.raises(RegistryError, match="both kinds of quote"):
        quoted("5'6\"")
