"""Tests: each candidate is one checkpoint, fitted once, with a threshold for the asked precision."""

import json
import shutil
from pathlib import Path

import pytest

from components.core.errors import ConfigError, DataError
from components.recipes.failure_modes.train import train
from components.training.checkpoints import checkpoint_folder
from tests.components.recipes.failure_modes.conftest import Trained
from tests.components.recipes.failure_modes.settings import CANDIDATES, Log, config_of, many, snapshot_of, table


def test_each_candidate_is_a_checkpoint_with_its_name_in_the_order_of_the_yaml(trained: Trained) -> None:
    assert [(c.step, c.name) for c in trained.checkpoints] == list(enumerate(CANDIDATES, start=1))
    assert len({c.digest for c in trained.checkpoints}) == len(CANDIDATES)


def test_a_finished_candidate_is_not_fitted_again_and_a_missing_one_has_the_same_weights(
    trained: Trained, tmp_path: Path
) -> None:
    shutil.copytree(trained.folder / "checkpoints", tmp_path / "checkpoints")
    shutil.rmtree(checkpoint_folder(tmp_path / "checkpoints", 2))
    kept = checkpoint_folder(tmp_path / "checkpoints", 1)
    before = {path: path.stat().st_mtime_ns for path in kept.rglob("*")}
    again = train(trained.config, trained.snapshot, tmp_path / "checkpoints", Log())
    assert [c.digest for c in again] == [c.digest for c in trained.checkpoints]
    assert {path: path.stat().st_mtime_ns for path in kept.rglob("*")} == before


def test_a_damaged_candidate_is_set_aside_and_fitted_again(trained: Trained, tmp_path: Path) -> None:
    shutil.copytree(trained.folder / "checkpoints", tmp_path / "checkpoints")
    (checkpoint_folder(tmp_path / "checkpoints", 1) / "model" / "model.json").write_text("{}")
    again = train(trained.config, trained.snapshot, tmp_path / "checkpoints", Log())
    assert [c.digest for c in again] == [c.digest for c in trained.checkpoints]


def test_a_snapshot_without_labels_is_refused(tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text(table([(text,) for text, _ in many()], "text"))
    config = config_of(tmp_path / "comments.csv", data={"label": None})
    with pytest.raises(DataError, match=r"has no labels, expected some to train on: name data\.label"):
        train(config, snapshot_of(config, tmp_path), tmp_path, Log())


def test_unknown_candidates_are_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"unknown candidate magic; known: majority, complement-naive-bayes"):
        config_of(train={"candidates": ["magic"]})


def test_a_version_depends_on_how_comments_are_read() -> None:
    plain, other = config_of(), config_of(data={"reading": {"abbreviations": {"cyl": "cylinder"}}})
    assert plain.training_digest("s1") != other.training_digest("s1")
    assert plain.training_digest("s1") == config_of().training_digest("s1")


def test_what_a_version_answers_by_is_beside_its_model(trained: Trained) -> None:
    folder = trained.checkpoints[1].folder
    assert json.loads((folder / "reading.json").read_text())["abbreviations"] == {"brkn": "broken"}
    answering = json.loads((folder / "answering.json").read_text())
    assert (answering["top"], answering["precision"]) == (3, 0.9)
    assert 0 < answering["least_similarity"] < 1
    kept = json.loads((folder / "training.json").read_text())
    assert kept["texts"] == [comment["text"] for comment in trained.snapshot.splits["train"]]


def test_no_file_of_a_checkpoint_is_a_pickle(trained: Trained) -> None:
    kinds = {path.suffix for c in trained.checkpoints for path in c.folder.rglob("*") if path.is_file()}
    assert kinds <= {".json", ".safetensors", ".skops"}
