"""Flows: keeps the corrections of a file, with who made them and when. The next ingest uses them."""

from pathlib import Path
from typing import Any

from components import recipes
from components.core.config import ModelConfig
from components.core.corrections import Correction
from components.core.errors import UsageError
from registry.corrections import add_corrections, corrections


def feedback(config: ModelConfig, file: Path, by: str, now: float) -> dict[str, Any]:
    """Keep the corrections of a file, all or none, and return how many are new.

    Args:
        config: of the model.
        file: in the form that the recipe reads.
        by: who made them.
        now: in seconds since 1970.

    Raises:
        UsageError: examples of such models cannot be corrected, or nobody is named.
        DataError: the file holds no corrections, or one that is incomplete.
    """
    read = recipes.get_recipe(config.recipe).corrections
    if read is None:
        found = f"{config.model} is of the kind {config.recipe}, whose examples cannot be corrected"
        raise UsageError(found, expected="a model whose recipe reads corrections")
    if not by.strip():
        raise UsageError("--by is empty", expected="who made the corrections")
    made = [Correction(fields, by.strip(), now) for fields in read(config, file)]
    added = add_corrections(config.model, made)
    kept = len(corrections(config.model))
    return {"model": config.model, "file": str(file), "by": by.strip(), "read": len(made), "added": added, "kept": kept}
