"""Tests: candidates are scored against the same real rows; a network that is worse than the chain is not promoted."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from components.core.metric_table import Measures
from components.core.recipe import Workplace
from components.core.records import Candidate, Evaluation, Verdict
from components.core.selection import decide
from components.recipes.product_attributes.evaluate.evaluate import evaluate
from components.recipes.product_attributes.scores import SCORES
from tests.components.recipes.product_attributes.conftest import Trained
from tests.components.recipes.product_attributes.tables import Log


class Evaluated(NamedTuple):
    found: Evaluation
    report: Path


@pytest.fixture(scope="module")
def evaluated(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    """The columns by themselves, the chain, and the autoencoder."""
    folder = tmp_path_factory.mktemp("evaluated")
    some = [trained.checkpoints[place] for place in (0, 2, 4)]
    workplace = Workplace(folder / "cache", folder / "report")
    found = evaluate(trained.config, trained.snapshot, "validation", some, workplace, Log())
    return Evaluated(found, folder / "report")


def test_every_score_has_an_interval_and_dependence_is_seen(evaluated: Evaluated) -> None:
    independent, chain, _ = evaluated.found.scorecards
    assert [card.scores.keys() for card in evaluated.found.scorecards] == [SCORES.keys()] * 3
    for score in (score for card in evaluated.found.scorecards for score in card.scores.values()):
        assert score.low - 1e-9 <= score.value <= score.high + 1e-9
    assert chain.scores["pair_dependence"].value < independent.scores["pair_dependence"].value
    assert {card.scores["validity"].value for card in evaluated.found.scorecards} == {1.0}
    assert independent.scores["accepted"].value < chain.scores["accepted"].value
    assert {c.metric for c in evaluated.found.comparisons if not c.part} == SCORES.keys()
    report = json.loads((evaluated.report / "report.json").read_text())
    assert report["panels"].keys() == {"rows", "worst", "columns", "constraints", "privacy"}


def test_an_autoencoder_that_does_not_reach_the_chain_is_registered_and_not_promoted(
    evaluated: Evaluated, trained: Trained
) -> None:
    cards = zip((1, 3, 5), ("independent", "chain", "vae"), evaluated.found.scorecards, strict=True)
    candidates = [Candidate(step, step, card, name=name) for step, name, card in cards]
    comparisons, policy = evaluated.found.comparisons, trained.config.promote
    found = decide(candidates, None, None, policy, comparisons, Measures(SCORES))
    assert [decision.verdict for decision in found] == [Verdict.HOLD, Verdict.PROMOTE, Verdict.HOLD]
    assert found[2].rule == "best"


def test_a_slice_of_few_rows_is_not_said_to_be_told_apart(evaluated: Evaluated) -> None:
    report = json.loads((evaluated.report / "report.json").read_text())
    chain = next(subject for subject in report["subjects"] if subject["title"] == "chain")
    slices = chain["slices"]["articleType"]
    assert slices["Shoes"]["c2st"]["honest"]
    assert not slices["Sandals"]["c2st"]["honest"]
    assert {part["tstr"]["honest"] for part in slices.values()} == {True}
