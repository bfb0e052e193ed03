"""Tests: each checkpoint has a run of its own under its training, with the metrics of that version alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from mlflow.entities import Run as MlflowRun

from components.core.errors import CheckpointError
from registry.checkpoint_runs import MOST_POINTS, run_of
from registry.client import connect
from registry.scorecards import write_scorecard
from registry.search import Version, read_version
from registry.settings import settings
from registry.tracking import Run, open_run
from registry.versions import register
from tests.registry.conftest import MODEL, make_checkpoint, make_scorecard
from tests.registry.toy_recipe import RECIPE, SHOWN, Config

LOSSES = 250


@pytest.fixture
def training(home: Path, config: Config) -> Iterator[Run]:
    with open_run(config, "train", "1") as run:
        for step in range(1, LOSSES + 1):
            run.metrics({"loss": 1 / step}, step)
        yield run


@pytest.fixture
def two(training: Run, config: Config, tmp_path: Path) -> list[Version]:
    validation = settings().checkpoints(MODEL, "t1") / "validation"
    validation.mkdir(parents=True)
    for step in (100, 200):
        (validation / f"step-{step:06d}.txt").write_text(f"made at {step}")
    for step in (100, 200):
        register(config, training, RECIPE, make_checkpoint(tmp_path, step), "t1", "s1")
    return [read_version(MODEL, number) for number in (1, 2)]


def own(version: Version) -> MlflowRun:
    return connect().get_run(str(version.run_id))


def test_a_version_leads_to_a_run_of_its_own_under_the_training(two: list[Version], training: Run) -> None:
    runs = [own(version) for version in two]
    assert [run.info.run_name for run in runs] == ["step-100", "step-200"]
    assert [run.info.status for run in runs] == ["FINISHED", "FINISHED"]
    assert {run.data.tags["mlflow.parentRunId"] for run in runs} == {training.id}
    assert [(run.data.params["step"], run.data.params["train.steps"]) for run in runs] == [("100", "20"), ("200", "20")]


def test_it_has_the_training_s_curve_up_to_its_step(two: list[Version]) -> None:
    for version, last in zip(two, (100, 200), strict=True):
        curve = connect().get_metric_history(str(version.run_id), "loss")
        assert max(point.step for point in curve) == last
        assert own(version).data.metrics["loss"] == 1 / last
        assert len(curve) <= MOST_POINTS


def test_it_has_the_outputs_of_its_step_alone(two: list[Version]) -> None:
    files = [[file.path for file in connect().list_artifacts(str(v.run_id), "outputs")] for v in two]
    assert files == [["outputs/step-000100.txt"], ["outputs/step-000200.txt"]]


def test_two_versions_have_metrics_that_differ(two: list[Version], config: Config) -> None:
    with open_run(config, "evaluate", "2") as run:
        for version, value in zip(two, (20.0, 18.0), strict=True):
            write_scorecard(run, version, make_scorecard(value=value), "e1", SHOWN)
    assert [own(version).data.metrics["fid"] for version in two] == [20.0, 18.0]
    models = [connect().get_logged_model(str(version.source).removeprefix("models:/")) for version in two]
    assert [[m.value for m in model.metrics or [] if m.key == "fid"] for model in models] == [[20.0], [18.0]]
    curve = connect().get_metric_history(run.id, "fid")
    assert [(point.step, point.value) for point in curve] == [(100, 20.0), (200, 18.0)]


def test_a_second_evaluation_updates_the_scores_and_keeps_the_first(two: list[Version], config: Config) -> None:
    for value in (20.0, 18.0):
        with open_run(config, "evaluate", "2") as run:
            write_scorecard(run, two[0], make_scorecard(value=value), f"e{value}", SHOWN)
    assert own(two[0]).data.metrics["fid"] == 18.0
    assert [point.value for point in connect().get_metric_history(str(two[0].run_id), "fid")] == [20.0, 18.0]


def test_the_sample_grid_of_the_evaluation_is_an_output(two: list[Version], config: Config, tmp_path: Path) -> None:
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "digest100.png").write_bytes(b"a grid")
    with open_run(config, "evaluate", "2") as run:
        run.artifacts(tmp_path / "cards", "evaluation/cards")
        write_scorecard(run, two[0], make_scorecard(100), "e1", SHOWN)
    assert "outputs/evaluation.png" in [file.path for file in connect().list_artifacts(str(two[0].run_id), "outputs")]


def test_a_registration_that_failed_leaves_a_failed_run_and_a_killed_one_none(
    training: Run, config: Config, tmp_path: Path
) -> None:
    unsafe = make_checkpoint(tmp_path, 50)
    (unsafe.folder / "weights.pkl").write_bytes(b"anything")
    with pytest.raises(CheckpointError):
        register(config, training, RECIPE, unsafe, "t1", "s1")
    experiment = connect().get_run(training.id).info.experiment_id
    (failed,) = connect().search_runs([experiment], "attributes.status = 'FAILED'")
    assert failed.info.run_name == "step-50"
    killed = connect().create_run(
        experiment,
        tags={"flow": "checkpoint", "training": "t1", "step": "100", "mlflow.parentRunId": training.id},
    )
    register(config, training, RECIPE, make_checkpoint(tmp_path, 100), "t1", "s1")
    assert connect().get_run(killed.info.run_id).info.lifecycle_stage == "deleted"
    assert own(read_version(MODEL, 1)).info.status == "FINISHED"


def test_versions_of_earlier_releases_have_no_run_of_their_own(training: Run) -> None:
    connect().create_registered_model(MODEL)
    shared = connect().create_model_version(MODEL, source="somewhere", run_id=training.id)
    handmade = connect().create_model_version(MODEL, source="somewhere")
    assert run_of(shared) is None
    assert run_of(handmade) is None
