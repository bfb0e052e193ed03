"""Registry: MLflow runs, one for each flow, addressed by id and never as "the active run"."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any
from urllib.parse import quote

import mlflow.entities
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag
from mlflow.exceptions import MlflowException

from components.core.config import ModelConfig
from components.core.errors import AtelierError, RegistryError
from components.core.records import Snapshot
from registry import tags as tag
from registry.client import connect, keeps_artifacts_itself, translate_errors
from registry.git import git_sha
from registry.metric_spool import MetricSpool
from registry.settings import settings, tracking_uri
from registry.spools import new_spool, replay_spools
from registry.tag_values import flatten, text_of, truncate

PER_CALL = 100  # parameters or tags that MLflow takes in one call


class Run:
    """One MLflow run. A thread sends its metrics; MLflow has them after `flush`, and after the end of the run."""

    def __init__(self, id: str) -> None:
        self.id = id
        self._client = connect()
        self._spool: MetricSpool | None = None
        self._lock = Lock()
        self._curves: dict[str, list[Metric]] = {}  # of this process, which need not be asked for

    def metrics(self, values: Mapping[str, float], step: int) -> None:
        """Log numbers at one step. Never fails and never waits: what MLflow does not take now is sent later."""
        now = round(time.time() * 1000)
        with self._lock:
            self._spool = self._spool or new_spool(self._client, self.id)
            found = [Metric(name, float(value), now, step) for name, value in values.items()]
            self._spool.add(found)
            for metric in found:
                self._curves.setdefault(metric.key, []).append(metric)

    def curves(self) -> Mapping[str, Sequence[Metric]]:
        """Return the metrics that this process logged, by name; all of a run are, since no other process goes on."""
        with self._lock:
            return {name: tuple(points) for name, points in self._curves.items()}

    def flush(self) -> None:
        """Wait until MLflow has all metrics.

        Raises:
            RegistryError: MLflow does not take them. They stay in a file, which the next run of this home sends.
        """
        with self._lock:
            if self._spool is not None:
                self._spool.flush()
                self._spool.close()
                self._spool = None

    @translate_errors()
    def params(self, mapping: Mapping[str, Any]) -> None:
        """Log settings as parameters: sections become dotted names, lists become JSON, long values are cut."""
        entities = [Param(name, truncate(text_of(value))) for name, value in flatten(mapping).items()]
        for start in range(0, len(entities), PER_CALL):
            self._client.log_batch(self.id, params=entities[start : start + PER_CALL])

    def tag(self, name: str, value: str) -> None:
        self.tags({name: value})

    @translate_errors()
    def tags(self, mapping: Mapping[str, str]) -> None:
        entities = [RunTag(name, value) for name, value in mapping.items()]
        for start in range(0, len(entities), PER_CALL):
            self._client.log_batch(self.id, tags=entities[start : start + PER_CALL])

    @translate_errors()
    def artifacts(self, folder: Path, to: str = "") -> None:
        """Log all files of a folder as artifacts, in the folder `to`."""
        self._client.log_artifacts(self.id, str(folder), to or None)

    @translate_errors()
    def record(self, name: str, value: Mapping[str, Any]) -> None:
        """Log a JSON value as the artifact `name`; a tag of the run has its sha256, for `artifact_of`."""
        text = json.dumps(dict(value), indent=2, default=str)
        self._client.log_text(self.id, text, name)
        self.tags({f"{tag.SHA256}{name}": sha256(text.encode()).hexdigest()})

    @translate_errors()
    def dataset(self, snapshot: Snapshot, name: str, source: str) -> None:
        """Log the run's input: the snapshot's digest, the sizes of its splits, and the folder of its source."""
        profile = json.dumps({"examples": sum(snapshot.sizes.values()), "splits": snapshot.sizes})
        where = json.dumps({"uri": str(source)})
        dataset = Dataset(name, snapshot.digest, "local", where, profile=profile)
        self._client.log_inputs(self.id, [DatasetInput(dataset, [InputTag("mlflow.data.context", "examples")])])
        self.tags({tag.SNAPSHOT: snapshot.digest})

    @translate_errors()
    def end(self, status: str) -> None:
        """Send the metrics that wait and end the run as FINISHED, FAILED or KILLED."""
        try:
            self.flush()
        finally:
            self._client.set_terminated(self.id, status)


@contextmanager
def open_run(config: ModelConfig, flow: str, flow_run_id: str, snapshot: str = "", lease: str = "") -> Iterator[Run]:
    """Open an MLflow run in the model's experiment, with the config as parameters.

    It ends as FINISHED, as FAILED with the error's message in the tag `error`, or as KILLED after an interruption.

    Raises:
        RegistryError: MLflow cannot be reached.
    """
    run = _start(config.model, {tag.FLOW: flow, tag.FLOW_RUN: flow_run_id, tag.SNAPSHOT: snapshot, tag.LEASE: lease})
    with ending(run):
        run.params(config.model_dump(mode="json"))
        yield run


@contextmanager
def ending(run: Run) -> Iterator[None]:
    """End a run as `open_run` says."""
    try:
        yield
        run.flush()
    except Exception as error:
        _end_with_error(run, "FAILED", _error_text(error))
        raise
    except BaseException:  # Ctrl-C, or Prefect's signal of a cancelled flow run
        _end_with_error(run, "KILLED", "It was interrupted: run the same command again to continue.")
        raise
    run.end("FINISHED")


def finished_run(model: str, flow: str, **tags: str) -> str | None:
    """Return the id of the newest finished run of a flow with these tags, or None."""
    found = newest_run(model, {tag.FLOW: flow, **tags})
    return found.info.run_id if found else None


@translate_errors()
def newest_run(model: str, tags: Mapping[str, str]) -> mlflow.entities.Run | None:
    """Return the newest finished run of a model with all these tags, or None. The server filters."""
    client = connect()
    experiment = client.get_experiment_by_name(model)
    if experiment is None:
        return None
    wanted = ["attributes.status = 'FINISHED'", *(tag.tag_filter(name, value) for name, value in tags.items())]
    newest = ["attributes.start_time DESC"]
    found = client.search_runs([experiment.experiment_id], " and ".join(wanted), max_results=1, order_by=newest)
    return found[0] if found else None


@translate_errors()
def artifact_of(run: mlflow.entities.Run | None, path: str) -> bytes | None:
    """Return the content of a run's artifact, or None.

    Raises:
        RegistryError: it is not what `Run.record` logged.
    """
    if run is None:
        return None
    content, expected = _content(run.info.run_id, path), run.data.tags.get(f"{tag.SHA256}{path}")
    if expected and (content is None or sha256(content).hexdigest() != expected):
        raise RegistryError(
            f"The artifact {path} of run {run.info.run_id} {'is missing' if content is None else 'was changed'}",
            expected="what the run logged",
            act=f"run `python -m flows {run.data.tags.get(tag.FLOW, 'evaluate')}` again",
        )
    return content


def _content(run_id: str, path: str) -> bytes | None:
    folder = str(Path(path).parent)
    files = connect().list_artifacts(run_id, None if folder == "." else folder)
    if path not in {file.path for file in files}:
        return None
    with TemporaryDirectory() as temporary:
        return Path(connect().download_artifacts(run_id, path, temporary)).read_bytes()


def run_tags(run_id: str) -> dict[str, str]:
    return dict(connect().get_run(run_id).data.tags)


@translate_errors()
def _start(model: str, tags: Mapping[str, str]) -> Run:
    known = {name: value for name, value in {**tags, tag.GIT_SHA: git_sha()}.items() if value}
    client = connect()
    replay_spools(client)
    return Run(client.create_run(_experiment(model), tags=known, run_name=tags[tag.FLOW]).info.run_id)


def _experiment(model: str) -> str:
    """Return the id of the model's experiment; create it at first use, when another process may do so too."""
    experiment = connect().get_experiment_by_name(model) or _new_experiment(model)
    if experiment.lifecycle_stage != "active":
        raise RegistryError(
            f"The MLflow experiment {model!r} was deleted",
            act=f"`mlflow experiments restore -x {experiment.experiment_id}` restores it",
        )
    return experiment.experiment_id


def _new_experiment(model: str) -> mlflow.entities.Experiment:
    client = connect()
    location = None if keeps_artifacts_itself(tracking_uri()) else f"{settings().artifact_root}/{quote(model)}"
    try:
        return client.get_experiment(client.create_experiment(model, location, tag.TRAINING_PAGES))
    except MlflowException:
        existing = client.get_experiment_by_name(model)
        if existing is None:
            raise
        return existing


def _end_with_error(run: Run, status: str, why: str) -> None:
    """End a run after an error. A second failure, of MLflow, must not hide that error."""
    try:
        run.tags({tag.ERROR: truncate(why)})
        run.end(status)
    except RegistryError:
        return


def _error_text(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if isinstance(error, AtelierError) else f"{type(error).__name__}: {text}"
