"""Tests: the toy recipe follows the contract that flows rely on."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from components.core.errors import DataError
from components.core.recipe import Workplace
from components.core.records import BASE, Candidate, Snapshot, Verdict
from components.core.selection import decide
from components.recipes import RECIPES, read_config
from tests.toy_catalogue import toy_model_yaml
from tests.toys import RECIPE, Config


class Log:
    def metrics(self, values: Mapping[str, float], step: int) -> None: ...

    def progress(self, what: str, done: int, total: int) -> None: ...


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setitem(RECIPES, "toy", "tests.toys")
    config = read_config(tmp_path, toy_model_yaml(tmp_path).stem)
    assert isinstance(config, Config)
    return config


@pytest.fixture
def snapshot(config: Config, tmp_path: Path) -> Snapshot:
    source = RECIPE.open_source(config, None, tmp_path, Log())
    examples = RECIPE.make_examples(config, source, None, tmp_path, tmp_path, Log())
    assert examples.ingestion.kept + sum(examples.ingestion.quarantined.values()) == examples.ingestion.rows == 300
    return Snapshot("s1", tmp_path, examples.splits)


def test_the_best_checkpoint_is_promoted_and_is_not_the_last(
    config: Config, snapshot: Snapshot, tmp_path: Path
) -> None:
    checkpoints = RECIPE.train(config, snapshot, tmp_path, Log())
    evaluation = RECIPE.evaluate(config, snapshot, "validation", checkpoints, Workplace(tmp_path, tmp_path), Log())
    assert [card.subject for card in evaluation.scorecards] == [BASE, "step-1", "step-2", "step-3", "step-4"]
    candidates = [Candidate(c.step, c.step, card) for c, card in zip(checkpoints, evaluation.trained, strict=True)]
    decisions = decide(candidates, None, evaluation.base, config.promote)
    assert [d.version for d in decisions if d.verdict is Verdict.PROMOTE] == [2]


def test_training_again_gives_the_same_checkpoints(config: Config, snapshot: Snapshot, tmp_path: Path) -> None:
    assert RECIPE.train(config, snapshot, tmp_path, Log()) == RECIPE.train(config, snapshot, tmp_path, Log())


def test_no_fruit_is_in_two_splits(snapshot: Snapshot) -> None:
    contents = [{(e["grams"], e["kind"]) for e in examples} for examples in snapshot.splits.values()]
    assert len(set.union(*contents)) == sum(map(len, contents))


def test_a_missing_catalogue_is_named(config: Config, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere has no fruit\.csv, expected columns grams and kind: name its folder"):
        RECIPE.open_source(config, tmp_path / "nowhere", tmp_path, Log())
