"""Flows: generates with one version of a model and writes the outputs. Opens no MLflow run and starts no server."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from components.core.config import ModelConfig
from components.core.errors import UsageError
from components.core.files import digest_of, new_folder
from components.core.predictor import SavesItself
from components.core.read_request import read_request
from flows.console.bars import progress_log
from registry.loaded import Loaded, load_version
from registry.settings import settings

DEFAULT_COUNT = 4
INDEX = "generated.json"  # in the folder: the request, where the answer is from, and the sha256 of each file


def generate(
    config: ModelConfig, text: str, version: str | None, options: Mapping[str, int], to: Path | None
) -> dict[str, Any]:
    """Write the answer to a request into a new folder, completely or not at all; the same request gives the same bytes.

    Args:
        config: of the model.
        text: the request's main field, such as a prompt.
        version: a number, an alias or `base`; by default the version in production.
        options: `count` and `seed`, for models whose requests have them.
        to: a folder that does not exist yet; by default one under ATELIER_HOME, named after the request.

    Raises:
        UsageError: the request does not fit the model, or the folder exists already with other content.
    """
    if to is not None and to.exists():
        raise UsageError(f"{to} is there already", expected="a new folder", act="name another one")
    with progress_log() as log:
        log.progress("load the model", 0, 1)
        loaded = load_version(config, version, log)
        log.progress("load the model", 1, 1)
        request = make_request(config.model, loaded.predictor.request, text, options)
        folder = to or _own_folder(loaded, request)
        complete = folder.exists()
        if not complete:
            _write(folder, loaded, request)
    return {**_read(folder), "folder": str(folder), "complete": complete}


def make_request(model: str, kind: type[BaseModel], text: str, options: Mapping[str, int]) -> BaseModel:
    """Return the request of a text: it goes into the one field without a default, the options into their fields.

    Raises:
        UsageError: the model's requests have several such fields, lack an option's field, or refuse a value.
    """
    fields = kind.model_fields
    required = [name for name, field in fields.items() if field.is_required()]
    unknown = [name for name in options if name not in fields]
    if len(required) != 1 or unknown:
        found = f"an option for its {unknown[0]}" if unknown else f"one text for {', '.join(required) or 'no field'}"
        known = ", ".join(fields)
        raise UsageError(f"{model} was given {found}", expected=f"values for its fields {known}", act="leave it out")
    count = {"count": DEFAULT_COUNT} if "count" in fields else {}
    return read_request(model, kind, {required[0]: text, **count, **options})


def files_of(response: BaseModel, origin: Mapping[str, str]) -> dict[str, bytes]:
    """Return a response as files by name: as it saves itself, else as one JSON file."""
    if isinstance(response, SavesItself):
        return dict(response.files(origin))
    content = {"origin": dict(origin), "response": response.model_dump(mode="json")}
    return {"response.json": json.dumps(content, indent=1).encode()}


def _own_folder(loaded: Loaded, request: BaseModel) -> Path:
    model, version = loaded.origin["model"], loaded.origin["version"]
    digest = digest_of([dict(loaded.origin), loaded.config.model_dump(mode="json"), request.model_dump(mode="json")])
    return settings().home / "generated" / model / f"version-{version}-{digest}"


def _write(folder: Path, loaded: Loaded, request: BaseModel) -> None:
    files = files_of(loaded.predictor.predict(request), loaded.origin)
    index = {
        **loaded.origin,
        "request": request.model_dump(mode="json"),
        "files": {name: sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    with new_folder(folder) as unfinished:
        for name, content in {**files, INDEX: json.dumps(index, indent=1).encode()}.items():
            (unfinished / name).write_bytes(content)


def _read(folder: Path) -> dict[str, Any]:
    """Return what the folder's index says, after a check of its files."""
    try:
        index: dict[str, Any] = json.loads((folder / INDEX).read_bytes())
        changed = [n for n, digest in index["files"].items() if sha256((folder / n).read_bytes()).hexdigest() != digest]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        changed = [INDEX]
    if changed:
        found = f"{folder / changed[0]} is not what was generated"
        raise UsageError(found, expected="its sha256", act="delete the folder, or name another one with --to")
    return {**index, "files": [str(folder / name) for name in index["files"]]}
