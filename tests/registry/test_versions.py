"""Tests: checkpoints become versions and come back from them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from components.core.errors import CheckpointError
from registry.client import connect
from registry.search import step_of, trained_versions
from registry.settings import settings
from registry.tags import TRAINING
from registry.tracking import open_run
from registry.version_record import kept
from registry.versions import checkpoint_of, register, trained_elsewhere
from tests.registry.conftest import MODEL, make_checkpoint
from tests.registry.toy_recipe import ADAPTERS, RECIPE, Config

MakeVersion = Callable[..., int]


def test_a_checkpoint_becomes_a_version_with_its_tags(make_version: MakeVersion, config: Config) -> None:
    number = make_version(step=10, training="t1", snapshot="s1")
    (version,) = trained_versions(MODEL, "t1")
    tags = version.tags
    assert (int(version.version), step_of(version)) == (number, 10)
    assert {**tags, "record": ""} == {"step": "10", "training": "t1", "snapshot": "s1", "record": ""}
    record = kept(version)
    assert (record["adapter"], record["config"]["train"]["steps"]) == ("digest10", 20)
    assert record["git_sha"]
    assert version.run_id
    assert connect().get_registered_model(MODEL).description == config.about


def test_a_version_is_one_logged_model_of_its_run(make_version: MakeVersion) -> None:
    make_version(step=10)
    (version,) = trained_versions(MODEL, "t1")
    model = connect().get_logged_model(str(version.source).removeprefix("models:/"))
    assert (model.name, str(model.status)) == ("toy-step-10", "READY")
    assert model.params["train.steps"] == "20"
    assert model.source_run_id == version.run_id
    outputs = connect().get_run(str(version.run_id)).outputs
    assert outputs is not None
    assert [(output.model_id, output.step) for output in outputs.model_outputs] == [(model.model_id, 10)]


def test_registering_again_gives_the_same_version(make_version: MakeVersion) -> None:
    assert make_version(10) == make_version(10)
    assert make_version(20) != make_version(10) != make_version(10, training="t2")
    assert [step_of(version) for version in trained_versions(MODEL, "t1")] == [10, 20]


def test_the_weights_come_back_as_they_were(make_version: MakeVersion) -> None:
    make_version(step=10)
    checkpoint = checkpoint_of(trained_versions(MODEL, "t1")[0])
    assert (checkpoint.folder / "weights.txt").read_text() == "weights of step 10"
    assert (checkpoint.step, checkpoint.digest, checkpoint.base_model) == (10, "digest10", "")


def test_missing_weights_are_an_error_with_what_to_do(make_version: MakeVersion) -> None:
    make_version(step=10)
    (version,) = trained_versions(MODEL, "t1")
    folder = checkpoint_of(version).folder
    (folder / "weights.txt").unlink()
    folder.rmdir()
    with pytest.raises(CheckpointError, match=r"weights.txt is missing.* train again"):
        checkpoint_of(version)


def test_the_first_registrations_of_a_model_may_race(home: Path, config: Config, tmp_path: Path) -> None:
    with open_run(config, "train", "1") as run:

        def register_step(step: int) -> int:
            return register(config, run, RECIPE, make_checkpoint(tmp_path, step), "t1", "s1")

        with ThreadPoolExecutor(4) as pool:
            numbers = list(pool.map(register_step, [10, 20, 30, 40, 10, 20]))
    assert sorted(set(numbers)) == [1, 2, 3, 4]
    assert numbers[:2] == numbers[4:]


def logged_models() -> list[str]:
    """Return the status of every LoggedModel of the toy."""
    experiment = connect().get_experiment_by_name(MODEL)
    assert experiment is not None
    return [str(model.status) for model in connect().search_logged_models([experiment.experiment_id])]


def test_a_checkpoint_that_lacks_a_file_is_never_logged(home: Path, config: Config, tmp_path: Path) -> None:
    with open_run(config, "train", "1") as run, pytest.raises(CheckpointError, match=r"has no pytorch_lora_weights"):
        register(config, run, ADAPTERS, make_checkpoint(tmp_path, 10), "t1", "s1")
    assert (trained_versions(MODEL, "t1"), logged_models()) == ([], [])


def test_a_checkpoint_that_can_run_code_does_not_become_a_version(home: Path, config: Config, tmp_path: Path) -> None:
    checkpoint = make_checkpoint(tmp_path, 10)
    (checkpoint.folder / "weights.pkl").write_bytes(b"anything")
    with open_run(config, "train", "1") as run, pytest.raises(CheckpointError, match=r"weights\.pkl is of the kind"):
        register(config, run, RECIPE, checkpoint, "t1", "s1")
    assert (trained_versions(MODEL, "t1"), logged_models()) == ([], ["FAILED"])


def test_a_training_that_another_machine_has_finished_is_read_from_its_versions(
    home: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def train(finished: bool) -> None:
        with open_run(config, "train", "flow-run") as run:
            for step in (10, 20):
                register(config, run, RECIPE, make_checkpoint(tmp_path, step), "t1", "s1")
            run.tags({TRAINING: "t1"} if finished else {})

    monkeypatch.setenv("ATELIER_SNAPSHOTS_URL", str(tmp_path / "shared"))
    train(finished=False)
    assert trained_elsewhere(MODEL, "t1") == []
    train(finished=True)
    assert [checkpoint.step for checkpoint in trained_elsewhere(MODEL, "t1")] == [10, 20]
    settings().checkpoints(MODEL, "t1").mkdir(parents=True)
    assert trained_elsewhere(MODEL, "t1") == []
    settings().checkpoints(MODEL, "t1").rmdir()
    monkeypatch.delenv("ATELIER_SNAPSHOTS_URL")
    assert trained_elsewhere(MODEL, "t1") == []
