"""Registry: how a checkpoint becomes an MLflow model, one row of FLAVORS for each way."""

import shutil
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path
from tempfile import TemporaryDirectory

from mlflow.entities import LoggedModelOutput
from mlflow.entities.logged_model import LoggedModel
from mlflow.models import Model

from components.core.config import ModelConfig
from components.core.contents import check_content
from components.core.errors import CheckpointError, RegistryError
from components.core.manifest import MANIFEST, Origin, write_manifest
from components.core.records import Checkpoint
from registry import tags as tag
from registry.client import connect, told_in_a_sentence
from registry.tracking import Run, cut, flat

ADAPTER_FILE = "pytorch_lora_weights.safetensors"
ADAPTER_FOLDER = "adapter_weights"  # as MLflow's diffusers flavour has it
FILES_FOLDER = "checkpoint"
PACKAGES = ("diffusers", "transformers", "torch", "peft", "safetensors", "accelerate")


@dataclass(frozen=True, slots=True)
class Logged:
    """A LoggedModel's id, and the sha256 of the manifest of its files."""

    id: str
    manifest: str


@told_in_a_sentence()
def log_checkpoint(
    run: Run, config: ModelConfig, flavor: str, checkpoint: Checkpoint, tags: Mapping[str, str] | None = None
) -> Logged:
    """Log a checkpoint as one LoggedModel, an output of the run at the checkpoint's step.

    The model is READY only when all its files are there; one that could not be finished is marked FAILED.

    Raises:
        RegistryError: there is no such flavour, or MLflow refuses.
        CheckpointError: the folder lacks the file that the flavour packs, or holds one that may run when it is loaded.
    """
    if flavor not in FLAVORS:
        raise RegistryError(f"No flavour is called {flavor!r}. Known flavours: {', '.join(sorted(FLAVORS))}.")
    client = connect()
    model = client.create_logged_model(
        client.get_run(run.id).info.experiment_id,
        name=f"{config.model}-step-{checkpoint.step}",
        source_run_id=run.id,
        tags=dict(tags or {}),
        params={name: cut(str(value)) for name, value in flat(config.model_dump(mode="json")).items()},
    )
    try:
        manifest = _upload(model, run, flavor, checkpoint)
    except BaseException:
        client.finalize_logged_model(model.model_id, "FAILED")
        raise
    client.finalize_logged_model(model.model_id, "READY")
    return Logged(str(model.model_id), manifest)


def packed_in(names: Iterable[str]) -> str:
    """Return the folder that a manifest's names say the checkpoint was packed into; what lies on the disk says nothing.

    Raises:
        RegistryError: they name no checkpoint.

    >>> packed_in(["MLmodel", "checkpoint/weights.txt"])
    'checkpoint'
    """
    folders = {name.partition("/")[0] for name in names if "/" in name}
    found = next((folder for folder in (ADAPTER_FOLDER, FILES_FOLDER) if folder in folders), None)
    if found is None:
        raise RegistryError(
            f"A version's {MANIFEST} lists no checkpoint, expected files in {ADAPTER_FOLDER} or {FILES_FOLDER}: train "
            "again."
        )
    return found


def _upload(model: LoggedModel, run: Run, flavor: str, checkpoint: Checkpoint) -> str:
    """Pack into a temporary folder with its manifest, upload it whole, and return the manifest's digest."""
    client = connect()
    packed = Model(
        artifact_path=model.artifact_location, run_id=run.id, model_uuid=model.model_id, model_id=model.model_id
    )
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "model"
        FLAVORS[flavor](checkpoint, folder, packed)
        manifest = write_manifest(folder, _origin(model, checkpoint))
        client.log_model_artifacts(model.model_id, str(folder))
    client.log_outputs(run.id, [LoggedModelOutput(model.model_id, step=checkpoint.step)])
    return manifest


def _origin(model: LoggedModel, checkpoint: Checkpoint) -> Origin:
    told = model.tags
    return Origin(
        model=str(model.name).removesuffix(f"-step-{checkpoint.step}"),
        step=checkpoint.step,
        adapter=checkpoint.digest,
        base_model=checkpoint.base_model,
        base_digest=checkpoint.base_digest,
        snapshot=told.get(tag.SNAPSHOT, ""),
        training=told.get(tag.TRAINING, ""),
        git_sha=told.get(tag.GIT_SHA, ""),
        packages={name: installed(name) for name in PACKAGES},
    )


def _pack_adapter(checkpoint: Checkpoint, folder: Path, model: Model) -> None:
    """Pack the LoRA file, byte for byte, in MLflow's own flavour; it only names its base model.

    A base from the hub comes as `org/name@revision`. MLflow would ask the hub for its newest revision, over the
    network and at the wrong time, unless the name looks like a folder: so it gets `./org/name`, and then the pin.
    """
    adapter = checkpoint.folder / ADAPTER_FILE
    if not adapter.is_file():
        raise CheckpointError(f"{checkpoint.folder} has no {ADAPTER_FILE}, expected one: train again.")
    check_content(adapter)
    base, revision = split_revision(checkpoint.base_model)
    on_hub = not Path(base).is_absolute()
    with warnings.catch_warnings(action="ignore"):  # MLflow warns of its own type hints while it is imported
        import mlflow.diffusers  # slow to import, and `status` needs neither
        import mlflow.pyfunc  # noqa: F401  which MLflow would else load, and warn of, later
    mlflow.diffusers.save_model(
        str(adapter),
        str(folder),
        base_model=f"./{base}" if on_hub else base,
        mlflow_model=model,
        # Named, since MLflow would else load the model to find out, which takes seconds.
        pip_requirements=[f"{name}=={installed(name)}" for name in PACKAGES],
    )
    if on_hub:
        pin = {"base_model_revision": revision} if revision else {}
        model.add_flavor("diffusers", **{**model.flavors["diffusers"], "base_model": base, **pin})
        model.save(str(folder / "MLmodel"))


def split_revision(base_model: str) -> tuple[str, str]:
    """Return the name of a base model and its pinned revision, empty where there is none; a folder never has one.

    >>> split_revision("org/name@1a2b")
    ('org/name', '1a2b')
    >>> split_revision("/home/me@work/base")
    ('/home/me@work/base', '')
    """
    if Path(base_model).is_absolute():
        return base_model, ""
    name, _, revision = base_model.partition("@")
    return name, revision


def _pack_files(checkpoint: Checkpoint, folder: Path, model: Model) -> None:
    """Pack the checkpoint's folder as it is. MLflow cannot load it by itself, only keep it."""
    shutil.copytree(checkpoint.folder, folder / FILES_FOLDER)
    model.add_flavor("files", data=FILES_FOLDER)
    model.save(str(folder / "MLmodel"))


Pack = Callable[[Checkpoint, Path, Model], None]

FLAVORS: dict[str, Pack] = {
    "diffusers": _pack_adapter,
    "files": _pack_files,
}
