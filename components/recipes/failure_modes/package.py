"""Failure modes: package a candidate as an MLflow model of the pyfunc flavour, without a pickle."""

from components.core.contents import check_content
from components.core.packages import Package, Signature
from components.core.records import Checkpoint
from components.recipes.failure_modes.config import FailureModesConfig
from components.recipes.failure_modes.golden import COMMENTS
from components.recipes.failure_modes.model_files import model_folder
from components.recipes.failure_modes.predict.pyfunc import COLUMNS, MOVED, TEXT, TOP, WORDS

LOADER = "components.recipes.failure_modes.predict.pyfunc"
PACKAGES = ("scikit-learn", "skops", "safetensors", "numpy", "scipy", "pandas", "pydantic", "ftfy")


def package(config: FailureModesConfig, checkpoint: Checkpoint) -> Package:
    """Return what MLflow packs: the checkpoint's files, and the module of this project that loads them.

    Raises:
        CheckpointError: a file is missing, or may run code when it is loaded.
    """
    folder = model_folder(checkpoint.folder)
    for path in folder.rglob("*"):
        if path.is_file():
            check_content(path)
    params: dict[str, str | int | float] = {TOP: config.answer.top, WORDS: MOVED}
    served = Signature({TEXT: "string"}, COLUMNS, params, {TEXT: list(COMMENTS[:2])})
    options = {"loader_module": LOADER, "data_path": str(folder)}
    return Package("pyfunc", options=options, packages=PACKAGES, signature=served)
