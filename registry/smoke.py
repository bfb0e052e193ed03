"""Registry: the last test before the alias moves. Stock MLflow loads the version afresh, in a process of its own."""

import os
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

from mlflow.entities.model_registry import ModelVersion

from components.core.errors import AtelierError, CheckpointError, UnavailableError, UntriedError
from components.core.proof import Proof, from_json, judge_proof, to_json
from registry.client import connect, told_in_a_sentence
from registry.environment import process_environment
from registry.golden_samples import PICTURE, TOLD
from registry.locking.lock import SMOKE_SECONDS
from registry.packaging import FILES_FOLDER, packed_in
from registry.settings import REPOSITORY, tracking_uri
from registry.version_files import name_of, verified

REFUSED, UNTRIED = os.EX_DATAERR, os.EX_TEMPFAIL  # what the process ends with besides 0, as sysexits.h has it
DEVICE = ("DefaultCPUAllocator", "CUDA error", "out of memory")  # torch says no more of what a device lacks


def smoke(version: ModelVersion, proof: Proof | None, seconds: float = SMOKE_SECONDS) -> None:
    """Check the files of a version as they are served now, load them as any client does, and draw the proof once more.

    TensorFlow Extended calls this infra validation. A version of the flavour `files`, which no stock client loads, has
    its manifest checked alone.

    Raises:
        CheckpointError: its files were changed; it does not load; it draws something else than the proof, or what its
            base draws; or it has no proof.
        UntriedError: MLflow or this machine failed, or took more than so many seconds: it was not tried.
        RegistryError: it is not there.
    """
    if packed_in(verified(version, fresh=True).manifest.files) == FILES_FOLDER:
        return
    if proof is None:
        raise CheckpointError(f"{name_of(version)} has no proof, expected a picture of it: run `evaluate`.")
    try:
        with TemporaryDirectory() as temporary:
            (Path(temporary) / TOLD).write_text(to_json(proof), encoding="utf-8")
            (Path(temporary) / PICTURE).write_bytes(proof.picture)
            done = _run(version, temporary, seconds)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UntriedError(f"{name_of(version)} could not be tried: {_fault(error, seconds)}") from None
    if done.returncode:
        raise _error(version, done)


def _run(version: ModelVersion, folder: str, seconds: float) -> subprocess.CompletedProcess[str]:
    """Start a fresh interpreter: whatever this process has loaded, patched or broken does not count there."""
    command = [sys.executable, "-m", "registry.smoke", version.name, str(version.version), folder]
    environment = {**os.environ, **process_environment(), "MLFLOW_TRACKING_URI": tracking_uri()}
    return subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )


def _fault(error: Exception, seconds: float) -> str:
    if isinstance(error, OSError):
        return f"{error}, expected a process that draws: {UntriedError.act}."
    return f"it has drawn nothing after {seconds:.0f} s, expected one picture: try again on a quieter machine."


def _error(version: ModelVersion, done: subprocess.CompletedProcess[str]) -> CheckpointError | UntriedError:
    """Return what the end of the process means. Only what it says of the version itself is held against that."""
    code, said = done.returncode, (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
    if code == REFUSED:
        return CheckpointError(f"{name_of(version)}: {said}")
    if code != UNTRIED:
        how = f"ended with {code} ({said})" if code > 0 else f"was ended by signal {-code} ({signal.strsignal(-code)})"
        said = f"its process {how}, expected one picture: {UntriedError.act}."
    return UntriedError(f"{name_of(version)} could not be tried: {said}")


def draw_and_judge(name: str, number: str, folder: Path) -> None:
    """Load the version with MLflow's own flavour, draw with and without its adapter, and hold both against the proof.

    MLflow is given the folder that was checked: by the version's name it would fetch the files again, unchecked.

    Raises:
        CheckpointError: as `smoke`.
        UnavailableError: MLflow does not answer.
    """
    proof = from_json((folder / TOLD).read_text(encoding="utf-8"), (folder / PICTURE).read_bytes())
    with told_in_a_sentence():
        files = verified(connect().get_model_version(name, number))  # in this process too, before torch is imported
    warnings.simplefilter("ignore")  # third parties' words are not the sentence that the other process waits for
    import mlflow.diffusers
    import torch

    from components.training.device import choose_device
    from components.training.diffusion.stock_pipeline import draw_stock, machine

    device = choose_device()
    pipeline = mlflow.diffusers.load_model(str(files.folder)).load_pipeline(
        device=str(device),
        torch_dtype=getattr(torch, proof.precision),
        local_files_only=True,
        safety_checker=None,
        requires_safety_checker=False,
    )
    drawn = draw_stock(pipeline, proof)
    pipeline.unload_lora_weights()
    judge_proof(proof, drawn, draw_stock(pipeline, proof), machine(device))


def is_of_the_machine(error: BaseException) -> bool:
    """Tell whether an error comes of this machine's disk, memory, devices or packages, and not of the version.

    >>> is_of_the_machine(OSError(28, "No space left on device")), is_of_the_machine(ValueError("no such layer"))
    (True, False)
    >>> is_of_the_machine(RuntimeError("CUDA error: no kernel image is available"))
    True
    """
    if isinstance(error, (OSError, MemoryError, ImportError)) or any(words in str(error) for words in DEVICE):
        return True
    return error.__cause__ is not None and is_of_the_machine(error.__cause__)


def main() -> int:
    name, number, folder = sys.argv[1:]
    try:
        draw_and_judge(name, number, Path(folder))
    except UnavailableError as error:
        return _end(UNTRIED, str(error))
    except AtelierError as error:
        return _end(REFUSED, str(error))
    except Exception as error:  # whatever else stock loading raises is a reason not to serve this version
        said = " ".join(str(error).split())[:300].rstrip(".") or type(error).__name__
        if is_of_the_machine(error):
            return _end(UNTRIED, f"{said}, expected one picture: {UntriedError.act}.")
        return _end(REFUSED, f"It does not load: {said}.")
    return 0


def _end(code: int, sentence: str) -> int:
    sys.stderr.write(f"\n{sentence}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
