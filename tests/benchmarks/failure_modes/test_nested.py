"""Tests: each comment is answered by a model that was fitted without it, and real comments reach the asked scores."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.failure_modes.nested import Results, by_partition, mean_of_folds, nested
from benchmarks.failure_modes.read import read_comments
from benchmarks.failure_modes.table import as_json, differences
from components.metrics.classified import Classified, all_once
from components.metrics.f1 import f1_macro
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


def test_a_candidate_has_scores_in_several_partitions_of_which_each_is_another_one() -> None:
    found = by_partition("complement-naive-bayes", *comments(), LadderSettings(folds=3), (1, 2))
    assert len(found) == 2
    assert not np.array_equal(found[0].found.probabilities, found[1].found.probabilities)


def test_the_macro_f1_of_folds_counts_a_class_in_the_folds_in_which_it_occurs() -> None:
    probabilities = np.eye(3)[[0, 1, 0, 1, 0]]  # the third class is never answered, and occurs once
    found = Classified(np.array([0, 1, 0, 1, 2]), probabilities)
    folds = np.array([0, 0, 1, 1, 2])
    assert mean_of_folds(found, folds) == pytest.approx((1 + 1 + 0) / 3)
    assert f1_macro(found, all_once(5))[0] == pytest.approx((0.8 + 1 + 0) / 3)


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
