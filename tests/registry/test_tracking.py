"""Tests: MLflow runs, one for each flow."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import mlflow
import pytest
from mlflow.entities import Run as MlflowRun

from components.core.errors import DataError, RegistryError
from components.core.records import Snapshot
from registry.client import connect
from registry.tag_values import flatten
from registry.tracking import artifact_of, finished_run, open_run
from tests.registry.conftest import MODEL
from tests.registry.toy_recipe import Config


def read(run_id: str) -> MlflowRun:
    return connect().get_run(run_id)


def test_a_run_has_tags_and_settings_and_ends_finished(home: Path, config: Config) -> None:
    with open_run(config, "train", "flow-run-7", snapshot="s1") as run:
        assert read(run.id).info.status == "RUNNING"
    found = read(run.id)
    tags = found.data.tags
    assert found.info.status == "FINISHED"
    assert (tags["flow"], tags["prefect.flow_run_id"], tags["snapshot"]) == ("train", "flow-run-7", "s1")
    assert re.fullmatch(r"unknown|[0-9a-f]{40}(-dirty)?", tags["git_sha"])
    assert found.data.params["train.steps"] == "20"
    assert found.data.params["promote.primary"] == '["accuracy"]'
    assert found.info.artifact_uri.startswith((home / "artifacts" / MODEL).as_uri())


def test_a_run_is_never_the_active_one(home: Path, config: Config) -> None:
    with open_run(config, "train", "1"):
        assert mlflow.active_run() is None


def raise_in_run(error: BaseException, config: Config, ids: list[str], flow: str = "train") -> None:
    with open_run(config, flow, "1") as run:
        ids.append(run.id)
        run.metrics({"loss": 1}, step=0)
        run.tag("training", "t1")
        raise error


def test_a_failed_run_has_the_error_message_as_a_tag(home: Path, config: Config) -> None:
    ids: list[str] = []
    with pytest.raises(DataError, match="The catalogue is empty"):
        raise_in_run(DataError("The catalogue is empty: name another."), config, ids)
    found = read(ids[0])
    assert found.info.status == "FAILED"
    assert found.data.tags["error"] == "The catalogue is empty: name another."
    assert found.data.metrics == {"loss": 1}


def test_the_tag_of_an_unexpected_error_has_its_type(home: Path, config: Config) -> None:
    ids: list[str] = []
    with pytest.raises(ZeroDivisionError):
        raise_in_run(ZeroDivisionError("division by zero"), config, ids)
    assert read(ids[0]).data.tags["error"] == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize("signal", [KeyboardInterrupt, SystemExit])
def test_an_interruption_ends_the_run_killed(home: Path, config: Config, signal: type[BaseException]) -> None:
    ids: list[str] = []
    with pytest.raises(signal):
        raise_in_run(signal(), config, ids)
    assert read(ids[0]).info.status == "KILLED"
    assert read(ids[0]).data.metrics == {"loss": 1}


def test_metrics_arrive_with_all_their_steps(home: Path, config: Config) -> None:
    with open_run(config, "train", "1") as run:
        for step in range(1500):
            run.metrics({"loss": 1 / (step + 1), "rate": step}, step=step)
    history = connect().get_metric_history(run.id, "rate")
    assert sorted(point.step for point in history) == list(range(1500))


def test_long_values_are_cut_and_many_settings_are_logged(home: Path, config: Config) -> None:
    with open_run(config, "train", "1") as run:
        run.params({"prompt": "x" * 9000, "many": {f"p{n}": n for n in range(250)}, "list": [1, "two"]})
    params = read(run.id).data.params
    assert len(params["prompt"]) == 500
    assert params["prompt"].endswith("...")
    assert params["many.p249"] == "249"
    assert params["list"] == '[1, "two"]'


def test_artifacts_are_logged_to_the_given_folder(home: Path, config: Config, tmp_path: Path) -> None:
    report = tmp_path / "report"
    report.mkdir()
    (report / "table.md").write_text("rows")
    with open_run(config, "ingest", "1") as run:
        run.artifacts(report, "ingest")
    assert [found.path for found in connect().list_artifacts(run.id, "ingest")] == ["ingest/table.md"]


def test_a_dataset_is_an_input_of_the_run_with_its_sizes(home: Path, config: Config) -> None:
    snapshot = Snapshot("abc123", Path("/data/abc123"), {"train": [{"a": 1}] * 3, "test": [{"a": 2}]})
    with open_run(config, "ingest", "1") as run:
        run.dataset(snapshot, MODEL, "/data/catalogue")
    found = read(run.id)
    assert found.inputs is not None
    dataset = found.inputs.dataset_inputs[0].dataset
    assert (dataset.name, dataset.digest) == (MODEL, "abc123")
    assert json.loads(dataset.profile or "") == {"examples": 4, "splits": {"train": 3, "test": 1}}
    assert json.loads(dataset.source) == {"uri": "/data/catalogue"}
    assert found.data.tags["snapshot"] == "abc123"


def test_only_finished_runs_are_found_by_their_tags(home: Path, config: Config) -> None:
    assert finished_run(MODEL, "train") is None
    with open_run(config, "train", "1") as first:
        first.tag("training", "t1")
        assert finished_run(MODEL, "train", training="t1") is None
    with pytest.raises(DataError, match=r"No\."):
        raise_in_run(DataError("No."), config, [])
    assert finished_run(MODEL, "train", training="t1") == first.id
    assert finished_run(MODEL, "train", training="t2") is None
    assert finished_run(MODEL, "evaluate", training="t1") is None


def test_the_newest_of_several_finished_runs_is_found(home: Path, config: Config) -> None:
    ids = []
    for _ in range(3):
        with open_run(config, "promote", "1") as run:
            ids.append(run.id)
    assert finished_run(MODEL, "promote") == ids[-1]


def test_a_deleted_experiment_is_an_error_with_the_command_that_restores_it(home: Path, config: Config) -> None:
    with open_run(config, "train", "1"):
        pass
    client = connect()
    experiment = client.get_experiment_by_name(MODEL)
    assert experiment is not None
    client.delete_experiment(experiment.experiment_id)
    with (
        pytest.raises(RegistryError, match=r"was deleted: `mlflow experiments restore -x \d+` restores it"),
        open_run(config, "train", "2"),
    ):
        pass


def test_sections_become_dotted_names() -> None:
    assert flatten({"a": {"b": {"c": 1}}, "d": 2}) == {"a.b.c": 1, "d": 2}


@pytest.mark.parametrize(
    ("alter", "found"),
    [(lambda file: file.write_text('{"fid": 2.9}'), "was changed"), (lambda file: file.unlink(), "is missing")],
)
def test_a_recorded_artifact_that_was_altered_is_refused(
    home: Path, config: Config, alter: Callable[[Path], object], found: str
) -> None:
    with open_run(config, "evaluate", "1") as run:
        run.record("base.json", {"fid": 56.6})
    assert json.loads(artifact_of(read(run.id), "base.json") or b"") == {"fid": 56.6}
    (file,) = home.rglob("base.json")
    alter(file)
    sentence = f"The artifact base.json of run {run.id} {found}, expected what the run logged: run `python -m flows"
    with pytest.raises(RegistryError, match=sentence):
        artifact_of(read(run.id), "base.json")


def test_an_artifact_that_a_run_never_had_is_none(home: Path, config: Config) -> None:
    with open_run(config, "evaluate", "1") as run:
        run.metrics({"loss": 1}, step=0)
    assert artifact_of(read(run.id), "base.json") is None
