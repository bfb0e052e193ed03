"""Registry: a checkpoint as an MLflow model, logged and loaded with the flavour that its recipe names."""

import shutil
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version as installed
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mlflow.entities import LoggedModelOutput
from mlflow.entities.logged_model import LoggedModel
from mlflow.models import Model, ModelSignature
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema
from mlflow.types.schema import AnyType

from components.core.config import ModelConfig
from components.core.errors import RegistryError
from components.core.manifest import MANIFEST, Origin, write_manifest
from components.core.packages import ANY, Package, Signature
from components.core.records import Checkpoint
from registry import tags as tag
from registry.base_folders import place_in, remember
from registry.client import connect, translate_errors
from registry.tag_values import flatten, truncate
from registry.tracking import Run

FILES = "files"  # our flavour: the checkpoint's files unchanged, in the folder below
FILES_FOLDER = "checkpoint"
PYFUNC = "python_function"  # MLflow's generic flavour, which nearly every model has besides its own
TYPES = {str: DataType.string, int: DataType.integer, float: DataType.double}  # of the parameters of a prediction


@dataclass(frozen=True, slots=True)
class LoggedCheckpoint:
    """A LoggedModel's id, and the sha256 of the manifest of its files."""

    id: str
    manifest: str


@translate_errors()
def log_checkpoint(
    run: Run, config: ModelConfig, package: Package, checkpoint: Checkpoint, tags: Mapping[str, str] | None = None
) -> LoggedCheckpoint:
    """Log a checkpoint as one LoggedModel, an output of the run at the checkpoint's step.

    The model is READY once all its files are uploaded; after an error it is FAILED.

    Raises:
        RegistryError: MLflow refuses.
        CheckpointError: the folder holds a file that can run code when it is loaded.
    """
    client = connect()
    model = client.create_logged_model(
        client.get_run(run.id).info.experiment_id,
        name=f"{config.model}-{checkpoint.name or f'step-{checkpoint.step}'}",
        source_run_id=run.id,
        tags=tag.chips(tags or {}, {}),
        params={name: truncate(str(value)) for name, value in flatten(config.model_dump(mode="json")).items()},
    )
    try:
        origin = _origin(config.model, package, checkpoint, tags or {})
        manifest = _upload(model, run, package, checkpoint, origin)
    except BaseException:
        client.finalize_logged_model(model.model_id, "FAILED")
        raise
    client.finalize_logged_model(model.model_id, "READY")
    return LoggedCheckpoint(str(model.model_id), manifest)


def packed_folder(names: Iterable[str]) -> str:
    """Return the folder of the checkpoint, from a manifest's file names: folders on the disk are not trusted.

    Raises:
        RegistryError: the names are of no folder, or of several.

    >>> packed_folder(["MLmodel", "checkpoint/weights.txt"])
    'checkpoint'
    """
    folders = sorted({name.partition("/")[0] for name in names if "/" in name})
    if len(folders) != 1:
        raise RegistryError(
            f"A version's {MANIFEST} lists files in {', '.join(folders) or 'no folder'}",
            expected="one folder with the checkpoint",
            act="train again",
        )
    return folders[0]


def _upload(model: LoggedModel, run: Run, package: Package, checkpoint: Checkpoint, origin: Origin) -> str:
    """Pack into a temporary folder with a manifest, upload that folder, and return the manifest's sha256."""
    client = connect()
    address = f"models:/{model.model_id}"  # not the folder, which may move: this text is digested
    packed = Model(artifact_path=address, run_id=run.id, model_uuid=model.model_id, model_id=model.model_id)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "model"
        _pack(package, checkpoint, folder, packed)
        manifest = write_manifest(folder, origin)
        remember(place_in(folder))
        client.log_model_artifacts(model.model_id, str(folder))
    client.log_outputs(run.id, [LoggedModelOutput(model.model_id, step=checkpoint.step)])
    return manifest


def _origin(model: str, package: Package, checkpoint: Checkpoint, tags: Mapping[str, str]) -> Origin:
    return Origin(
        model=model,
        step=checkpoint.step,
        adapter=checkpoint.digest,
        base_model=checkpoint.base_model,
        base_digest=checkpoint.base_digest,
        snapshot=tags.get(tag.SNAPSHOT, ""),
        training=tags.get(tag.TRAINING, ""),
        git_sha=tags.get(tag.GIT_SHA, ""),
        packages={name: installed(name) for name in package.packages},
        name=checkpoint.name,
    )


def _serving(signature: Signature | None) -> dict[str, Any]:
    """Return the arguments of a flavour's `save_model` that say how the model is called, and with which defaults."""
    if signature is None:
        return {}
    params = [ParamSpec(name, TYPES[type(default)], default) for name, default in signature.params.items()]
    inputs = _columns(signature.inputs, required=not signature.optional)
    called = ModelSignature(inputs, _columns(signature.outputs), ParamSchema(params))
    return {"signature": called, "input_example": dict(signature.example)}


def _columns(named: Mapping[str, str], required: bool = True) -> Schema:
    anything: Any = AnyType  # MLflow's class has no types
    types = {name: anything() if kind == ANY else DataType[kind] for name, kind in named.items()}
    return Schema([ColSpec(kind, name, required=required) for name, kind in types.items()])


def _pack(package: Package, checkpoint: Checkpoint, folder: Path, model: Model) -> None:
    """Pack with the flavour that the package names; without one, copy the checkpoint's files unchanged."""
    if not package.flavor:
        shutil.copytree(checkpoint.folder, folder / FILES_FOLDER)
        model.add_flavor(FILES, data=FILES_FOLDER)
        model.save(str(folder / "MLmodel"))
        return
    model_first = () if package.model is None else (package.model,)  # `pyfunc` has none: it takes `data_path`
    _flavor(package.flavor).save_model(
        *model_first,
        path=str(folder),
        mlflow_model=model,
        # Named here: otherwise MLflow loads the model to find them, which takes seconds.
        pip_requirements=[f"{name}=={installed(name)}" for name in package.packages],
        **package.options,
        **_serving(package.signature),
    )
    if package.corrections:
        model.add_flavor(package.flavor, **{**model.flavors[package.flavor], **package.corrections})
        model.save(str(folder / "MLmodel"))


def load_with_mlflow(folder: Path) -> Any:
    """Load the checked files of a version with MLflow's own flavour; None where MLflow has none for them.

    It takes a folder, not a version: by the version's name MLflow would fetch the files again, unchecked.
    """
    flavors = [name for name in Model.load(str(folder)).flavors if name != PYFUNC]
    if flavors == [FILES]:
        return None
    return _flavor(flavors[0] if flavors else "pyfunc").load_model(str(folder))


def _flavor(name: str) -> Any:
    """Import one of MLflow's flavours, only when it is needed: the import is slow."""
    with warnings.catch_warnings(action="ignore"):  # MLflow warns of its own type hints while it is imported
        import_module("mlflow.pyfunc")  # otherwise MLflow imports it later, with its warnings
        return import_module(f"mlflow.{name}")
