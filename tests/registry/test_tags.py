"""Tests: scorecards are written to tags and read back unchanged."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mlflow.utils.validation import MAX_MODEL_REGISTRY_TAG_VALUE_LENGTH

from components.core.errors import RegistryError
from components.core.metric_table import METRICS
from components.core.records import Score, Scorecard
from registry.tags import TEST_PREFIX, from_tags, quoted, to_tags
from tests.registry.conftest import make_scorecard
from tests.registry.toy_recipe import SHOWN

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
def test_a_scorecard_is_read_back_from_its_tags_unchanged(card: Scorecard) -> None:
    assert from_tags(to_tags(card, SHOWN)) == card
    assert from_tags(to_tags(card, SHOWN, TEST_PREFIX), TEST_PREFIX) == card
    assert from_tags(to_tags(card, SHOWN, TEST_PREFIX)) is None
    assert (
        from_tags(to_tags(card, SHOWN), TEST_PREFIX) is None
    )  # scores of the test split are never read as validation scores


@given(scorecards)
def test_the_tag_with_the_whole_scorecard_is_last_and_strict_json(card: Scorecard) -> None:
    tags = to_tags(card, SHOWN)
    assert list(tags)[-1] == "scorecard"
    json.loads(tags["scorecard"], parse_constant=pytest.fail)  # JSON has no word for nan


def test_the_tags_are_the_shown_scores_and_the_whole_scorecard() -> None:
    tags = to_tags(make_scorecard(step=10, value=20.0), SHOWN)
    assert tags.keys() == {"fid", "fid.extractor", "clip_score", "snapshot", "scorecard"}
    assert (tags["fid"], tags["fid.extractor"], tags["clip_score"], tags["snapshot"]) == ("20.0", "eye@1", "0.3", "s1")
    fid = {"value": 20.0, "n": 64, "low": 19.0, "high": 21.0, "extractor": "eye@1", "floor": 3.0}
    assert json.loads(tags["scorecard"])["scores"]["fid"].items() >= fid.items()


def test_the_tags_of_every_metric_fit_into_mlflow() -> None:
    widest = Score(-1 / 3 * 1e-300, 10**9, -1 / 3 * 1e-300, -1 / 3 * 1e-300, "e" * 200, -1 / 3 * 1e-300, True, 10**9)
    card = Scorecard("step-1000000", "s" * 64, "validation", dict.fromkeys(METRICS, widest))
    assert len(to_tags(card, SHOWN)["scorecard"]) < MAX_MODEL_REGISTRY_TAG_VALUE_LENGTH / 5


def test_a_score_of_nan_is_read_back_as_nan() -> None:
    card = from_tags(to_tags(Scorecard("base", "s", "validation", {"fid": Score(float("nan"), 1, 0, 0)}), SHOWN))
    assert card is not None
    assert card.scores["fid"].value != card.scores["fid"].value


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "7", "{}", '{"scores": {"fid": 3}}', '{"scores": {"fid": {"value": "low"}}}', '{"scores": []}'],
)
def test_a_damaged_scorecard_is_an_error_with_what_to_do(text: str) -> None:
    with pytest.raises(RegistryError, match="run `evaluate` again"):
        from_tags({"scorecard": text})


def test_a_value_with_one_kind_of_quote_can_be_searched_for() -> None:
    assert quoted("men's") == '"men\'s"'
    with pytest.raises(RegistryError, match="both kinds of quote"):
        quoted("5'6\"")
