"""Tests: the sentence that says why a method was chosen."""

from dataclasses import replace

import numpy as np
import pytest

from components.recipes.demand.predict.forecaster import open_forecaster
from components.recipes.demand.predict.reason import like_wins, reasons
from components.recipes.demand.predict.request import ForecastRequest
from components.recipes.demand.predict.version import Past
from tests.components.recipes.demand.trained import checkpoint


def test_wins_are_counted_among_the_most_similar_past_forecasts() -> None:
    features = np.array([[k, 0.0] for k in range(40)], dtype=np.float32)
    losses = np.where(np.arange(40)[:, None] < 20, [[0.0, 1.0]], [[1.0, 0.0]])
    past = Past(features, losses, ("smooth",) * 40, np.zeros(40, dtype=np.int64), ("a", "b"))
    asked = np.array([[2.0, 0.0], [2.0, 0.0], [38.0, 0.0]], dtype=np.float32)
    assert like_wins(past, asked, ["a", "b", "mean-ensemble"]) == [(10, 10), (0, 10), None]


def test_without_a_past_nothing_is_counted() -> None:
    past = Past(np.empty((0, 2), dtype=np.float32), np.empty((0, 2)), (), np.empty(0, dtype=np.int64), ("a", "b"))
    assert like_wins(past, np.zeros((1, 2), dtype=np.float32), ["a"]) == [None]


@pytest.mark.parametrize(
    ("candidate", "said"),
    [
        ("zero", "it is the floor that a forecast must beat"),
        ("best-single", "it lost least over all products in the past"),
        ("mean-ensemble", "this version uses it for all products"),
        ("class-rule", "by the rule of classes"),
        ("router", "past folds of like products"),
    ],
)
def test_each_candidate_says_why_in_one_sentence(candidate: str, said: str) -> None:
    reason = open_forecaster(checkpoint(candidate).folder).answer([ForecastRequest(id="P00")])[0].reason
    assert said in reason
    assert reason.endswith(".")
    assert ", since it sells in 100% of the weeks" in reason


def test_a_method_that_won_no_past_fold_is_not_praised_for_it() -> None:
    forecaster = open_forecaster(checkpoint("router").folder)
    rows = forecaster.rows([forecaster.products["P00"]], 2)
    chosen, features = forecaster.version.choose(rows)
    past = forecaster.version.past
    lost = np.where(np.array(past.methods) == chosen[0], 1.0, 0.0)
    beaten = replace(forecaster.version, past=replace(past, losses=np.tile(lost, (len(past.losses), 1))))
    (sentence,) = reasons(beaten, rows, chosen, features)
    assert "it is expected to lose least, though it won none of" in sentence
