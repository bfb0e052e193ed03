"""Tests: candidates are scored and compared on the same comments, and the report has their names."""

import json
from pathlib import Path

import pytest

from components.core.errors import DataError
from components.core.recipe import Workplace
from components.core.records import Snapshot
from components.recipes.failure_modes.evaluate.evaluate import evaluate
from components.recipes.failure_modes.scores import SCORES, SHOWN
from tests.components.recipes.failure_modes.conftest import Trained
from tests.components.recipes.failure_modes.settings import CANDIDATES, Log


def test_every_score_has_an_interval_and_candidates_are_compared_in_pairs(trained: Trained, tmp_path: Path) -> None:
    workplace = Workplace(tmp_path / "cache", tmp_path / "report", production=trained.checkpoints[0].digest)
    found = evaluate(trained.config, trained.snapshot, "validation", trained.checkpoints, workplace, Log())
    assert [card.scores.keys() for card in found.scorecards] == [SCORES.keys()] * 2
    assert set(SHOWN) <= SCORES.keys()
    for score in (score for card in found.scorecards for score in card.scores.values()):
        assert score.low - 1e-9 <= score.value <= score.high + 1e-9
    pairs = {c.metric: c for c in found.comparisons if not c.part}
    assert pairs.keys() == SCORES.keys()
    assert pairs["f1_macro"].difference > 0
    assert pairs["f1_macro"].decided
    assert {c.part for c in found.comparisons if c.part} == set()  # slices of fewer than 8 comments are not compared

    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert [subject["title"] for subject in report["subjects"]] == [f"{CANDIDATES[0]} (in production)", CANDIDATES[1]]
    assert set(report["subjects"][1]["slices"]["failure mode"]) == {"Leak", "Noise", "Worn"}


def test_comments_without_labels_cannot_be_scored(trained: Trained, tmp_path: Path) -> None:
    bare = [{**c, "label": None} for c in trained.snapshot.splits["test"]]
    snapshot = Snapshot("s2", trained.folder, {"test": bare})
    with pytest.raises(DataError, match="The test split of snapshot s2 has no labels"):
        evaluate(trained.config, snapshot, "test", trained.checkpoints, Workplace(tmp_path, tmp_path), Log())
