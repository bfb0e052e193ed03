"""Registry: the last test before the alias moves. Stock MLflow loads the version afresh, in a process of its own."""

import os
import subprocess
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

from mlflow.entities.model_registry import ModelVersion

from components.core.errors import AtelierError, CheckpointError
from components.core.proof import Proof, from_json, judge_proof, to_json
from registry.connection import connect
from registry.environment import process_environment
from registry.home import REPOSITORY, tracking_uri
from registry.manifest import verified
from registry.packaging import FILES_FOLDER
from registry.proofs import PICTURE, TOLD

SECONDS = 900.0  # a picture of Stable Diffusion 1.5 takes minutes on a CPU


def smoke(version: ModelVersion, proof: Proof | None, seconds: float = SECONDS) -> None:
    """Check the files of a version, load it as any client does, and let it draw the proof once more.

    TensorFlow Extended calls this infra validation. A version of the flavour `files`, which no stock client loads, has
    its manifest checked alone.

    Raises:
        CheckpointError: its files were changed; it does not load; it draws nothing, something else than the proof, or
            what its base draws; or it has no proof.
        RegistryError: MLflow does not answer.
    """
    folder = verified(version).folder
    if (folder / FILES_FOLDER).is_dir():
        return
    if proof is None:
        raise CheckpointError(f"{_name(version)} has no proof, expected a picture of it: run `evaluate`.")
    with TemporaryDirectory() as temporary:
        (Path(temporary) / TOLD).write_text(to_json(proof), encoding="utf-8")
        (Path(temporary) / PICTURE).write_bytes(proof.picture)
        _run(version, temporary, seconds)


def _run(version: ModelVersion, folder: str, seconds: float) -> None:
    """Start a fresh interpreter: whatever this process has loaded, patched or broken does not count there."""
    command = [sys.executable, "-m", "registry.smoke", version.name, str(version.version), folder]
    environment = {**os.environ, **process_environment(), "MLFLOW_TRACKING_URI": tracking_uri()}
    try:
        done = subprocess.run(
            command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise CheckpointError(
            f"{_name(version)} has drawn nothing after {seconds:.0f} s, expected one picture: try again on a quieter "
            "machine."
        ) from None
    if done.returncode != 0:
        raise CheckpointError(f"{_name(version)}: {_said(done)}")


def _said(done: subprocess.CompletedProcess[str]) -> str:
    """Return what the process said last; one that was killed says nothing."""
    lines = done.stderr.strip().splitlines() or [f"its process ended with {done.returncode} and without a word."]
    return lines[-1]


def draw_and_judge(name: str, number: str, folder: Path) -> None:
    """Load the version with MLflow's own flavour, draw with and without its adapter, and hold both against the proof.

    Raises:
        CheckpointError: as `smoke`.
    """
    proof = from_json((folder / TOLD).read_text(encoding="utf-8"), (folder / PICTURE).read_bytes())
    verified(connect().get_model_version(name, number))  # in this process too, before torch is imported
    warnings.simplefilter("ignore")  # third parties' words are not the sentence that the other process waits for
    import mlflow.diffusers
    import torch

    from components.training.device import choose_device
    from components.training.stock import draw_stock, machine

    device = choose_device()
    pipeline = mlflow.diffusers.load_model(f"models:/{name}/{number}").load_pipeline(
        device=str(device),
        torch_dtype=getattr(torch, proof.precision),
        local_files_only=True,
        safety_checker=None,
        requires_safety_checker=False,
    )
    drawn = draw_stock(pipeline, proof)
    pipeline.unload_lora_weights()
    judge_proof(proof, drawn, draw_stock(pipeline, proof), machine(device))


def main() -> int:
    name, number, folder = sys.argv[1:]
    try:
        draw_and_judge(name, number, Path(folder))
    except AtelierError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    except Exception as error:  # whatever stock loading raises is a reason not to serve this version
        sys.stderr.write(f"\nIt does not load: {' '.join(str(error).split())[:300] or type(error).__name__}.\n")
        return 1
    return 0


def _name(version: ModelVersion) -> str:
    return f"Version {version.version} of {version.name}"


if __name__ == "__main__":
    sys.exit(main())
