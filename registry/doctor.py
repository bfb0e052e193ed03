"""Registry: looks for what is wrong with a home and its machine: a line for each thing that it looked at."""

from collections.abc import Callable, Iterator

from mlflow.entities import ViewType
from mlflow.entities.model_registry import ModelVersion

from components.core.errors import CheckpointError, UnavailableError
from registry.base_folders import base_of, origin_in, require_base
from registry.client import connect, translate_errors
from registry.doctor_databases import databases, migrations, servers
from registry.doctor_machine import device, disk, memory, versions
from registry.doctor_models import models
from registry.health import Line, problem
from registry.home_paths import has_own_database, local_path
from registry.locking.file_lock import is_free
from registry.search import search_versions
from registry.settings import settings
from registry.version_files import name_of

PAGE = 1000  # models in one call
RELOCATE = "if they were moved here, `python -m flows relocate --former FOLDER` changes the paths"


def examine() -> list[Line]:
    """Return a line for each thing that was looked at. Files are looked for, not hashed: `verify` does that."""
    lines = [line for look in BEFORE for line in look()]
    try:
        _look_into_mlflow(lines)
    except UnavailableError as error:  # nothing that MLflow keeps can be looked at
        found, _, act = str(error).rstrip(".").rpartition(": ")
        lines.append(problem("MLflow", found, act))
    return lines


@translate_errors()
def _look_into_mlflow(lines: list[Line]) -> None:
    connect()  # changes the paths of a home that was moved
    for look in WITH_MLFLOW:
        lines += look()


def _paths() -> Iterator[Line]:
    home, outside = settings().home, False
    experiments = connect().search_experiments(view_type=ViewType.ALL)
    for experiment in experiments:
        path = local_path(experiment.artifact_location)
        if has_own_database() and path is not None and not path.is_relative_to(home):
            outside = True
            yield problem(
                "paths", f"Files of the experiment {experiment.name} are in {path}, outside this home", RELOCATE
            )
    if not outside:
        yield Line("paths", f"The files of {len(experiments)} experiments are where MLflow's database says")


def _versions() -> Iterator[Line]:
    looked, wrong = 0, False
    for version in _all_versions():
        looked += 1
        for line in _version(version):
            wrong = True
            yield line
    if not wrong:
        yield Line("files", f"{looked} versions have their files and their base models")


def _version(version: ModelVersion) -> Iterator[Line]:
    folder = local_path(connect().get_model_version_download_uri(version.name, str(version.version)))
    if folder is None:
        return
    if not folder.is_dir():
        yield problem("files", f"{name_of(version)} has no files in {folder}", RELOCATE)
        return
    origin = origin_in(folder)
    try:
        if origin is not None:
            require_base(name_of(version), folder, origin, base_of(origin.model))
    except CheckpointError as error:
        found, _, act = str(error).rstrip(".").rpartition(": ")
        yield problem("base model", found, act)


def _locks() -> Iterator[Line]:
    left = [note for note in sorted(settings().home.glob("*.locks/*.holder")) if is_free(note.with_suffix(".lock"))]
    for holder in left:
        yield problem("locks", f"{holder} is of a process that died; the lock is free", f"`rm {holder}`")
    if not left:
        yield Line("locks", "No lock is of a process that died")


def _all_versions() -> Iterator[ModelVersion]:
    token: str | None = None
    while True:
        page = connect().search_registered_models(max_results=PAGE, page_token=token)
        for model in page:
            yield from search_versions(model.name, {})
        token = page.token
        if not token:
            return


Look = Callable[[], Iterator[Line]]
BEFORE: tuple[Look, ...] = (versions, device, memory, disk, databases, migrations, servers, _locks)
WITH_MLFLOW: tuple[Look, ...] = (_paths, _versions, models)
