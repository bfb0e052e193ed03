"""Tests: scores of whole sets of answers agree with scikit-learn's, and their intervals and comparisons are paired."""

import numpy as np
import pytest
from sklearn import metrics

from components.core.records import Scorecard
from components.evaluation.subjects import Subject
from components.metrics.comparison import Pair
from components.recipes.failure_modes.evaluate.answers import Answers
from components.recipes.failure_modes.evaluate.set_scores import Truth, compare_sets, set_scores

NAMES = ("Leak", "Noise", "Worn")
NUMBERS = np.random.default_rng(7)


def random_answers(n: int, sharpness: float, labels: list[str]) -> Answers:
    logits = NUMBERS.normal(size=(n, 3)) + sharpness * (np.array(labels)[:, None] == np.array(NAMES))
    shares = np.exp(logits)
    return Answers(NAMES, np.round(shares / shares.sum(1, keepdims=True), 2), np.full(n, np.nan))  # with ties


@pytest.fixture
def truth() -> Truth:
    labels = tuple(NUMBERS.choice(NAMES, size=80, p=(0.6, 0.3, 0.1)).tolist())
    return Truth(NAMES, labels, np.arange(80))


def test_scores_agree_with_scikit_learn(truth: Truth) -> None:
    answers = random_answers(80, 1.5, list(truth.labels))
    found = {name: score.value for name, score in set_scores(truth, answers, seed=1).items()}
    hot = np.array(truth.labels)[:, None] == np.array(NAMES)
    expected = {
        "f1_macro": metrics.f1_score(truth.labels, answers.predicted, average="macro"),
        "mcc": metrics.matthews_corrcoef(truth.labels, answers.predicted),
        "pr_auc": np.mean([metrics.average_precision_score(hot[:, k], answers.probabilities[:, k]) for k in range(3)]),
        "roc_auc": np.mean([metrics.roc_auc_score(hot[:, k], answers.probabilities[:, k]) for k in range(3)]),
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-12)


def test_answers_as_confident_as_they_are_right_have_no_calibration_error() -> None:
    truth = Truth(("a", "b"), ("a",) * 8 + ("b",) * 2, np.arange(10))
    answers = Answers(("a", "b"), np.tile([0.8, 0.2], (10, 1)), np.full(10, np.nan))
    assert set_scores(truth, answers, seed=1)["ece"].value == pytest.approx(0.0)
    sure = Answers(("a", "b"), np.tile([1.0, 0.0], (10, 1)), np.full(10, np.nan))
    assert set_scores(truth, sure, seed=1)["ece"].value == pytest.approx(0.2)


def test_a_failure_mode_that_a_candidate_does_not_know_counts_as_missed(truth: Truth) -> None:
    answers = Answers(("Leak",), np.ones((80, 1)), np.full(80, np.nan))
    expected = metrics.f1_score(truth.labels, ["Leak"] * 80, average="macro", zero_division=0)
    assert set_scores(truth, answers, seed=1)["f1_macro"].value == pytest.approx(expected)


def test_repeated_comments_make_intervals_no_narrower(truth: Truth) -> None:
    answers = random_answers(80, 1.0, list(truth.labels))
    thrice = Answers(NAMES, np.repeat(answers.probabilities, 3, axis=0), np.full(240, np.nan))
    grouped = Truth(NAMES, tuple(np.repeat(truth.labels, 3)), np.repeat(truth.groups, 3))
    one, other = (set_scores(t, a, seed=1)["f1_macro"] for t, a in ((truth, answers), (grouped, thrice)))
    assert other.high - other.low == pytest.approx(one.high - one.low, rel=0.1)


def test_two_candidates_that_differ_in_few_answers_are_compared_more_precisely_than_by_their_intervals(
    truth: Truth,
) -> None:
    answers = random_answers(80, 1.0, list(truth.labels))
    better = answers.probabilities.copy()
    better[:6] = np.array(truth.labels)[:6, None] == np.array(NAMES)
    both = [answers, Answers(NAMES, better, answers.milliseconds)]
    ours, theirs = (Subject(1, str(n), "checkpoint", Scorecard("", "", "", {}), a) for n, a in enumerate(both[::-1]))
    found = compare_sets(truth, Pair("f1_macro", "new", "old"), ours, theirs, seed=1)
    alone = set_scores(truth, answers, seed=1)["f1_macro"]
    assert found.difference > 0
    assert found.high - found.low < alone.high - alone.low
