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
from components.core.golden import GoldenSample
from components.recipes import import_recipe, recipe_module
from registry.client import connect, translate_errors
from registry.environment import process_environment
from registry.golden_samples import read_sample, write_sample
from registry.locking.lock import SMOKE_SECONDS
from registry.packaging import load_stock
from registry.settings import REPOSITORY, tracking_uri
from registry.version_files import name_of, verified
from registry.versions import checkpoint_of

REFUSED, UNTRIED = os.EX_DATAERR, os.EX_TEMPFAIL  # what the process ends with besides 0, as sysexits.h has it
DEVICE = ("DefaultCPUAllocator", "CUDA error", "out of memory")  # torch says no more of what a device lacks


def smoke(recipe: str, version: ModelVersion, sample: GoldenSample | None, seconds: float = SMOKE_SECONDS) -> None:
    """Check the files of a version as they are served now, load them as any client does, and check the golden sample.

    TensorFlow Extended calls this infra validation.

    Args:
        recipe: which kind of model it is: a row of RECIPES.
        version: which.
        sample: its golden sample.
        seconds: that this may take.

    Raises:
        CheckpointError: its files were changed; it does not load; it does not reproduce the golden sample; or it has
            none.
        UntriedError: MLflow or this machine failed, or took more than so many seconds: it was not tried.
        RegistryError: it is not there.
    """
    verified(version, fresh=True)
    if sample is None:
        raise CheckpointError(f"{name_of(version)} has no golden sample, expected one: run `evaluate`.")
    try:
        with TemporaryDirectory() as temporary:
            write_sample(Path(temporary), sample)
            done = _run(recipe, version, temporary, seconds)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UntriedError(f"{name_of(version)} could not be tried: {_fault(error, seconds)}") from None
    if done.returncode:
        raise _error(version, done)


def _run(recipe: str, version: ModelVersion, folder: str, seconds: float) -> subprocess.CompletedProcess[str]:
    """Start a fresh interpreter: whatever this process has loaded, patched or broken does not count there."""
    command = [
        sys.executable,
        "-m",
        "registry.smoke",
        recipe_module(recipe),
        version.name,
        str(version.version),
        folder,
    ]
    environment = {**os.environ, **process_environment(), "MLFLOW_TRACKING_URI": tracking_uri()}
    return subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )


def _fault(error: Exception, seconds: float) -> str:
    if isinstance(error, OSError):
        return f"{error}, expected a process that loads it: {UntriedError.act}."
    return f"it did not end in {seconds:.0f} s, expected it to: try again on a quieter machine."


def _error(version: ModelVersion, done: subprocess.CompletedProcess[str]) -> CheckpointError | UntriedError:
    """Return what the end of the process means. Only what it says of the version itself is held against that."""
    code, said = done.returncode, (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
    if code == REFUSED:
        return CheckpointError(f"{name_of(version)}: {said}")
    if code != UNTRIED:
        how = f"ended with {code} ({said})" if code > 0 else f"was ended by signal {-code} ({signal.strsignal(-code)})"
        said = f"its process {how}, expected it to end well: {UntriedError.act}."
    return UntriedError(f"{name_of(version)} could not be tried: {said}")


def load_and_check(module: str, name: str, number: str, folder: Path) -> None:
    """Load the version with MLflow's own flavour, and let the recipe of this module check the sample in the folder.

    MLflow is given the files that were checked: by the version's name it would fetch them again, unchecked.

    Raises:
        CheckpointError: as `smoke`.
        UnavailableError: MLflow does not answer.
    """
    sample = read_sample(folder)
    with translate_errors():
        version = connect().get_model_version(name, number)
        files = verified(version)  # in this process too, before anything is loaded
    warnings.simplefilter("ignore")  # third parties' words are not the sentence that the other process waits for
    loaded = load_stock(files.folder)
    import_recipe(module).golden.check(checkpoint_of(version) if loaded is None else loaded, sample)


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
    module, name, number, folder = sys.argv[1:]
    try:
        load_and_check(module, name, number, Path(folder))
    except UnavailableError as error:
        return _end(UNTRIED, str(error))
    except AtelierError as error:
        return _end(REFUSED, str(error))
    except Exception as error:  # whatever else stock loading raises is a reason not to serve this version
        said = " ".join(str(error).split())[:300].rstrip(".") or type(error).__name__
        if is_of_the_machine(error):
            return _end(UNTRIED, f"{said}, expected it to load: {UntriedError.act}.")
        return _end(REFUSED, f"It does not load: {said}.")
    return 0


def _end(code: int, sentence: str) -> int:
    sys.stderr.write(f"\n{sentence}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
