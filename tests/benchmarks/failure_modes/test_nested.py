"""Tests: each comment is answered by a model that was fitted without it, and real comments reach the asked scores."""

from pathlib import Path

import pytest

from benchmarks.failure_modes.nested import Results, nested
from benchmarks.failure_modes.read import read_comments
from benchmarks.failure_modes.table import as_json, differences
from components.recipes.failure_modes.candidates import LadderSettings
from tests.components.recipes.failure_modes.comments import comments


def results(names: list[str]) -> Results:
    return nested(names, *comments(), LadderSettings(folds=3), 3, 1)


def test_every_candidate_has_scores_with_intervals_and_the_best_is_compared_with_the_plain_one() -> None:
    found = results(["majority", "complement-naive-bayes", "logistic-regression"])
    for result in found.by_candidate.values():
        for score in result.scores.values():
            assert score.n == 72
            assert score.low <= score.value <= score.high
    assert found.by_candidate["majority"].scores["f1_micro"].value <= 1 / 3
    assert found.by_candidate[found.best].scores["f1_macro"].value > 0.9
    assert found.best == "logistic-regression" or set(differences(found)) == {"f1_micro", "f1_macro"}
    assert as_json(found, {}, [])["n"] == 72


def test_a_candidate_that_cannot_run_is_skipped_with_the_reason() -> None:
    found = results(["majority", "fine-tuned-transformer"])
    assert set(found.by_candidate) == {"majority"}
    assert "train.lora.base_model is empty" in found.skipped["fine-tuned-transformer"]


@pytest.mark.shared_data
def test_logistic_regression_on_real_comments_reaches_what_their_number_can_show(failure_modes: Path) -> None:
    found = nested(["logistic-regression"], *read_comments(failure_modes / "fmc_mwo2kg.csv"), LadderSettings(), 5, 1)
    scores = found.by_candidate["logistic-regression"].scores
    assert scores["f1_micro"].high >= 0.70
    assert scores["f1_macro"].high >= 0.53
    assert scores["ece"].value <= 0.08
