"""Tests: versions of the starter that generate in two steps, with adapters of random weights."""

from pathlib import Path

import pytest

from components.core.records import Decision, Verdict
from components.recipes import get_recipe, read_config
from registry.production import Promotion, move_production
from registry.settings import REPOSITORY, settings
from registry.tracking import open_run
from registry.versions import register
from tests.registry.starters import random_adapter

MODEL = "starter"


def register_starters(patch: pytest.MonkeyPatch, folder: Path, count: int) -> None:
    """Register versions with adapters of different strength, and put the first one in production."""
    models = folder / "models"
    models.mkdir()
    text = (REPOSITORY / "deployments" / "models" / f"{MODEL}.yaml").read_text()
    (models / f"{MODEL}.yaml").write_text(text.replace("sampling: {steps: 12", "sampling: {steps: 2"))
    patch.setenv("ATELIER_MODELS", str(models))
    config = read_config(settings().models, MODEL)
    recipe = get_recipe(config.recipe)
    for number in range(1, count + 1):
        made = random_adapter(config, folder / f"adapter-{number}", 0.05 * number)  # type: ignore[arg-type]
        with open_run(config, "train", str(number)) as run:
            register(config, run, recipe, made, f"t{number}", "s1")
    promote(1)


def promote(version: int) -> None:
    decision = Decision(version, Verdict.PROMOTE, "better", f"Version {version} is the best.")
    move_production(MODEL, Promotion(version), lambda _: decision)
