"""Registry: the smoke test before the alias moves: plain MLflow loads the version, in a process of its own."""

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
from components.core.masking import mask
from components.recipes import import_recipe, recipe_module
from registry.base_folders import require_base
from registry.client import connect, translate_errors
from registry.environment import process_environment
from registry.golden_samples import read_sample, write_sample
from registry.locking.lock import SMOKE_SECONDS
from registry.packaging import load_with_mlflow
from registry.settings import REPOSITORY, tracking_uri
from registry.version_files import name_of, verified_files
from registry.versions import checkpoint_of

REFUSED, UNTRIED = os.EX_DATAERR, os.EX_TEMPFAIL  # exit codes of the process besides 0, from sysexits.h
DEVICE_ERRORS = (
    "DefaultCPUAllocator",
    "CUDA error",
    "out of memory",
)  # in messages of torch, whose RuntimeError does not say more


def smoke(recipe: str, version: ModelVersion, sample: GoldenSample | None, seconds: float = SMOKE_SECONDS) -> None:
    """Check the files of a version as they are stored now, load them with plain MLflow, and check the golden sample.

    TensorFlow Extended calls this infra validation.

    Args:
        recipe: the kind of model, a key of RECIPES.
        version: the version to try.
        sample: its golden sample.
        seconds: time limit.

    Raises:
        CheckpointError: the files were changed; the version does not load, does not reproduce its golden sample, or has
            none.
        UntriedError: MLflow or this machine failed, or the time limit was reached: nothing is known of the version.
        RegistryError: the version does not exist.
    """
    verified_files(version, fresh=True)
    if sample is None:
        raise CheckpointError(f"{name_of(version)} has no golden sample", expected="one", act="run `evaluate`")
    try:
        with TemporaryDirectory() as temporary:
            write_sample(Path(temporary), sample)
            done = _run(recipe, version, temporary, seconds)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _untried(version, error, seconds) from None
    if done.returncode:
        raise _error(version, done)


def _run(recipe: str, version: ModelVersion, folder: str, seconds: float) -> subprocess.CompletedProcess[str]:
    """Start a fresh interpreter, which nothing that this process has loaded or patched can affect."""
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


def _untried(version: ModelVersion, error: Exception, seconds: float) -> UntriedError:
    name = name_of(version)
    if isinstance(error, OSError):
        expected = "a process that loads it"
        return UntriedError(f"{name} could not be tried: {error}", expected=expected, act=UntriedError.act)
    return UntriedError(
        f"{name} could not be tried: it did not end in {seconds:.0f} s", act="try again on a quieter machine"
    )


def _error(version: ModelVersion, done: subprocess.CompletedProcess[str]) -> CheckpointError | UntriedError:
    """Return the error that the end of the process means. Only REFUSED is an error of the version itself."""
    name, code = name_of(version), done.returncode
    last_line = (done.stderr.strip().splitlines() or ["without a message"])[-1]
    if code == REFUSED:
        return CheckpointError(f"{name}: {last_line}")
    if code == UNTRIED:
        return UntriedError(f"{name} could not be tried: {last_line}")
    how = f"ended with {code} ({last_line})" if code > 0 else f"was ended by signal {-code} ({signal.strsignal(-code)})"
    expected = "exit code 0"
    return UntriedError(f"{name} could not be tried: its process {how}", expected=expected, act=UntriedError.act)


def load_and_check(module: str, name: str, number: str, folder: Path) -> None:
    """Load the version with MLflow's own flavour, and let the recipe in `module` check the sample in `folder`.

    MLflow gets the folder of the checked files: by the version's name it would fetch them again, unchecked.

    Raises:
        CheckpointError: as for `smoke`.
        UnavailableError: MLflow does not answer.
    """
    sample = read_sample(folder)
    with translate_errors():
        version = connect().get_model_version(name, number)
        files = verified_files(version)  # again in this process, before anything is loaded
    recipe = import_recipe(module)
    require_base(name_of(version), files.folder, files.manifest.origin, recipe.base)
    warnings.simplefilter("ignore")  # the parent process reads the last line of stderr
    loaded = load_with_mlflow(files.folder)
    recipe.golden.check(checkpoint_of(version) if loaded is None else loaded, sample)


def is_machine_error(error: BaseException) -> bool:
    """Tell whether an error is of this machine's disk, memory, devices or packages, and not of the version.

    >>> is_machine_error(OSError(28, "No space left on device")), is_machine_error(ValueError("no such layer"))
    (True, False)
    >>> is_machine_error(RuntimeError("CUDA error: no kernel image is available"))
    True
    """
    if isinstance(error, (OSError, MemoryError, ImportError)) or any(words in str(error) for words in DEVICE_ERRORS):
        return True
    return error.__cause__ is not None and is_machine_error(error.__cause__)


def main() -> int:
    module, name, number, folder = sys.argv[1:]
    try:
        load_and_check(module, name, number, Path(folder))
    except UnavailableError as error:
        return _end(UNTRIED, str(error))
    except AtelierError as error:
        return _end(REFUSED, str(error))
    except Exception as error:  # any other error of MLflow's loading is a reason not to serve this version
        text = mask(" ".join(str(error).split()))[:300].rstrip(".") or type(error).__name__
        if is_machine_error(error):
            return _end(UNTRIED, str(UntriedError(text, expected="it to load", act=UntriedError.act)))
        return _end(REFUSED, f"It does not load: {text}.")
    return 0


def _end(code: int, sentence: str) -> int:
    sys.stderr.write(f"\n{sentence}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
