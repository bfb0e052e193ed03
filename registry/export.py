"""Registry: a version's adapter, in a form that other programs read, in a folder of your own."""

from pathlib import Path

from mlflow.entities.model_registry import ModelVersion

from components.core.errors import RegistryError, UsageError
from components.core.files import new_folder
from registry.versions import checkpoint_of

FORMS = ("diffusers", "kohya", "peft")  # the rows of adapter_forms.EXPORTS, which takes seconds to import


def export(version: ModelVersion, folder: Path, form: str) -> list[Path]:
    """Write the adapter of a version into a new folder and return its files, sorted. Whole, or not at all.

    Raises:
        UsageError: there is no such form, or the folder is there already.
        CheckpointError: the version's files are not what was registered, or hold no adapter.
    """
    if form not in FORMS:
        raise UsageError(f"No form is called {form!r}. Known forms: {', '.join(FORMS)}.")
    if folder.exists():
        raise UsageError(f"{folder} is there already, expected a new folder: name another one.")
    checkpoint = checkpoint_of(version)
    from components.training.adapter_forms import EXPORTS  # slow to import, and a wrong word should not wait for it

    with new_folder(folder.absolute()) as unfinished:
        EXPORTS[form](checkpoint, unfinished)
        written = sorted(path.name for path in unfinished.iterdir())
    found = [folder / name for name in written]
    if not all(path.is_file() for path in found):
        raise RegistryError(f"{folder} was made by somebody else meanwhile: name another one.")
    return found
