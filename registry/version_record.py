"""Registry: what is kept of a version: tags that people read, and one JSON artifact of its run with everything else.

The tag `record` has the sha256 of that artifact, so that one write replaces all of it, and a change of it is noticed.
Earlier records stay among the run's artifacts. Versions of earlier releases have all of it in tags, which are read as
they are; the next write moves them into a record.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from components.core.errors import CheckpointError
from components.core.files import write_text
from registry import tags as tag
from registry.client import connect, is_not_found, translate_errors
from registry.locking.lock import lock
from registry.settings import settings

Record = Mapping[str, Any]

MISSING = ("No such", "404", "does not exist", "NoSuchKey")  # in the errors of artifact stores
FOLDER = "record"  # of the run's artifacts
MEMORY = 1024  # records that this process keeps


@translate_errors()
def kept(version: ModelVersion) -> Record:
    """Return all that is kept of a version, by the names in registry/tags.py.

    Raises:
        CheckpointError: its record is missing, or was changed.
    """
    digest = version.tags.get(tag.RECORD)
    if not digest:
        return version.tags
    name = f"version {version.version} of {version.name}"
    return MappingProxyType({**version.tags, **_read(settings().caches, str(version.run_id), digest, name)})


@translate_errors()
def write_record(run_id: str, record: Record) -> str:
    """Write a record to the artifacts of a run, before a version names it; return its sha256."""
    text = json.dumps(record, indent=1, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    connect().log_text(run_id, text, _artifact(digest))
    _cache(_copy_of(settings().caches, digest), text)
    return digest


@translate_errors()
def update(version: ModelVersion, changes: Record, scores: Mapping[str, str] | None = None) -> None:
    """Change a version's record, all or nothing; then the tags that people read.

    Args:
        version: whose record.
        changes: new values by name; None removes one.
        scores: the tags of the scores that the recipe shows, in place of those that the version has.
    """
    client, number = connect(), str(version.version)
    with lock(settings().database_url, f"record-{version.name}"):
        present = client.get_model_version(version.name, number)
        record = _changed(kept(present), changes)
        shown = _shown(present) if scores is None else scores
        digest = write_record(str(present.run_id), record)
        client.set_model_version_tag(version.name, number, tag.RECORD, digest)
        _write_tags(present, {**tag.chips(record, shown), tag.RECORD: digest})


def _changed(before: Record, changes: Record) -> dict[str, Any]:
    merged = {**{name: before[name] for name in tag.RECORDED if name in before}, **changes}
    return {name: tag.parsed(name, value) for name, value in merged.items() if value is not None}


def _write_tags(present: ModelVersion, wanted: Mapping[str, str]) -> None:
    """Write the tags that differ, and delete those that an earlier record or release left."""
    client, number = connect(), str(present.version)
    for name, value in wanted.items():
        if present.tags.get(name) != value and name != tag.RECORD:
            client.set_model_version_tag(present.name, number, name, value)
    for name in sorted(_ours(present) & present.tags.keys() - wanted.keys()):
        client.delete_model_version_tag(present.name, number, name)


def _shown(version: ModelVersion) -> dict[str, str]:
    """Return the tags of a version that are scores."""
    return {name: version.tags[name] for name in tag.scores_in(kept(version)) if name in version.tags}


def _ours(version: ModelVersion) -> set[str]:
    """Return the names of all tags that this or an earlier release wrote; a person's own tags are left alone."""
    names = tag.scores_in(kept(version))
    seen = {*names, *(f"{name}.extractor" for name in names), tag.SNAPSHOT}
    return {*tag.RECORDED, *seen, *(f"{tag.TEST_PREFIX}{name}" for name in seen)}


@lru_cache(maxsize=MEMORY)
def _read(caches: Path, run_id: str, digest: str, name: str) -> Record:
    """Return a record, from this machine's copy if that is whole. A digest names one content, which never changes."""
    copy = _copy_of(caches, digest)
    with suppress(OSError, ValueError):
        content = copy.read_bytes()
        if hashlib.sha256(content).hexdigest() == digest:
            return MappingProxyType(json.loads(content))
    content = _fetched(run_id, digest, name)
    if hashlib.sha256(content).hexdigest() != digest:
        raise CheckpointError(
            f"The record of {name} was changed", expected="the sha256 in its tag 'record'", act=_act(run_id, digest)
        )
    _cache(copy, content.decode())
    return MappingProxyType(json.loads(content))


def _fetched(run_id: str, digest: str, name: str) -> bytes:
    with TemporaryDirectory() as temporary:
        try:
            return Path(connect().download_artifacts(run_id, _artifact(digest), temporary)).read_bytes()
        except (MlflowException, OSError) as error:
            _raise_unless_missing(error)
    raise CheckpointError(f"The record of {name} is missing", expected="it in its run", act=_act(run_id, digest))


def _raise_unless_missing(error: MlflowException | OSError) -> None:
    """Raise the error again unless it says that the artifact, or its run, does not exist."""
    if isinstance(error, MlflowException) and is_not_found(error):
        return
    if not any(words in str(error) for words in MISSING):
        raise error


def _act(run_id: str, digest: str) -> str:
    return f"put {_artifact(digest)} of run {run_id} back from a copy, or train again"


def _artifact(digest: str) -> str:
    return f"{FOLDER}/{digest}.json"


def _copy_of(caches: Path, digest: str) -> Path:
    return caches / "records" / f"{digest}.json"


def _cache(copy: Path, text: str) -> None:
    """Keep a copy on this machine, without which each reading would ask MLflow. A full disk is no reason to fail."""
    with suppress(OSError):
        write_text(copy, text)
