"""Tests: the evaluation of a training: scores and comparisons of all candidates, on the same products."""

import json
from pathlib import Path

import numpy as np
import pytest

from components.core.recipe import Workplace
from components.core.records import Evaluation
from components.recipes.demand.evaluate.evaluate import evaluate
from components.recipes.demand.scores import SCORES
from tests.components.recipes.demand.settings import Log
from tests.components.recipes.demand.trained import quantities, snapshot, trained


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Evaluation, Path]:
    folder = tmp_path_factory.mktemp("evaluation")
    (folder / "report").mkdir()
    config, found, checkpoints = trained()
    place = Workplace(folder / "cache", folder / "report")
    return evaluate(config, found, "validation", checkpoints, place, Log()), folder


def value(evaluation: Evaluation, name: str, score: str) -> float:
    places = [one.name for one in trained()[2]]
    return evaluation.scorecards[places.index(name)].scores[score].value


def test_every_candidate_has_every_score_with_an_interval(evaluated: tuple) -> None:
    for card in evaluated[0].scorecards:
        assert list(card.scores) == list(SCORES)
        assert all(score.low <= score.value <= score.high and score.n == 24 for score in card.scores.values())


def test_the_zero_forecast_is_the_floor(evaluated: tuple) -> None:
    others = [one.name for one in trained()[2] if one.name != "zero"]
    assert all(
        value(evaluated[0], "zero", "service_loss") > value(evaluated[0], name, "service_loss") for name in others
    )


def test_no_candidate_has_less_loss_than_the_oracle(evaluated: tuple) -> None:
    singles = ("best-single", "class-rule", "router")
    assert all(value(evaluated[0], name, "regret") >= 0 for name in singles)


def test_every_pair_is_compared_on_every_score(evaluated: tuple) -> None:
    n = len(trained()[2])
    assert len([c for c in evaluated[0].comparisons if not c.part]) == len(SCORES) * n * (n - 1) // 2


def test_the_report_says_whether_routing_pays_and_shows_twenty_forecasts(evaluated: tuple) -> None:
    report = json.loads((evaluated[1] / "report/report.json").read_text())
    assert "outing" in report["panels"]["regret"]["data"]["sentence"]
    assert len(report["panels"]["forecasts"]["data"]["ids"]) == 20
    page = (evaluated[1] / "report/report.html").read_text()
    assert "MAPE is not given" in page
    assert "oracle" in page


def test_forecasts_are_made_once_for_all_candidates_and_later_evaluations(evaluated: tuple) -> None:
    config, found, checkpoints = trained()
    kept = {p: p.stat().st_mtime_ns for p in (evaluated[1] / "cache/forecasts").rglob("*.safetensors")}
    (evaluated[1] / "again").mkdir()
    evaluate(config, found, "validation", checkpoints, Workplace(evaluated[1] / "cache", evaluated[1] / "again"), Log())
    assert {p: p.stat().st_mtime_ns for p in (evaluated[1] / "cache/forecasts").rglob("*.safetensors")} == kept
    assert len(kept) == len(config.train.methods)


def test_what_the_test_split_forecasts_changes_no_score_of_validation(evaluated: tuple, tmp_path: Path) -> None:
    config, found, checkpoints = trained()
    end = len(found.splits["validation"][0]["quantities"])
    other = {k: np.concatenate([quantities(k)[:end], quantities(k)[end:] * 9 + 5]) for k in range(24)}
    (tmp_path / "report").mkdir()
    place = Workplace(tmp_path / "cache", tmp_path / "report")
    shifted = evaluate(config, snapshot(24, other), "validation", checkpoints, place, Log())
    assert shifted.scorecards == evaluated[0].scorecards
