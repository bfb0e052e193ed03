"""Tests: candidates are scored against the same real rows, with intervals and the floor of real rows."""

import json
from pathlib import Path

from components.core.recipe import Workplace
from components.recipes.product_attributes.evaluate.evaluate import evaluate
from components.recipes.product_attributes.scores import SCORES
from tests.components.recipes.product_attributes.conftest import Trained
from tests.components.recipes.product_attributes.tables import Log


def test_every_score_has_an_interval_and_dependence_is_seen(trained: Trained, tmp_path: Path) -> None:
    some = [trained.checkpoints[0], trained.checkpoints[2]]
    workplace = Workplace(tmp_path / "cache", tmp_path / "report")
    found = evaluate(trained.config, trained.snapshot, "validation", some, workplace, Log())
    independent, chain = found.scorecards
    assert [card.scores.keys() for card in found.scorecards] == [SCORES.keys()] * 2
    for score in (score for card in found.scorecards for score in card.scores.values()):
        assert score.low - 1e-9 <= score.value <= score.high + 1e-9
    assert chain.scores["pair_dependence"].value < independent.scores["pair_dependence"].value
    assert {card.scores["validity"].value for card in found.scorecards} == {1.0}
    assert independent.scores["accepted"].value < chain.scores["accepted"].value
    assert {c.metric for c in found.comparisons if not c.part} == SCORES.keys()
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert report["panels"].keys() == {"rows", "worst", "columns", "constraints", "privacy"}
