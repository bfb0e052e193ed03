"""Tests: a kind of model whose base models are the toys of a product line, and the YAML files of such a line."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.core.config import ModelConfig
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from components.core.strict import Strict
from components.recipes import RECIPES
from tests import toys
from tests.components.products.toys import RowsToy, ShapesToy, TextsToy, settings

KIND = "toys of a line"
PREDICTORS = {"rows": RowsToy(), "shapes": ShapesToy(bad=4), "texts": TextsToy()}


class Config(ModelConfig):
    train: Strict = Strict()
    evaluate: Strict = Strict()


def load(config: ModelConfig, checkpoint: Checkpoint | None, log: RunLog) -> Any:
    return PREDICTORS[config.model]


RECIPE = replace(toys.RECIPE, config=Config, load=load)


def use_line(patch: pytest.MonkeyPatch, folder: Path, **fields: Any) -> str:
    """Write a line of the base models and their YAML files into a folder; return the line's name."""
    patch.setitem(RECIPES, KIND, "tests.components.products.line_recipe")
    for name in ("models", "lines"):
        (folder / name).mkdir()
    patch.setenv("ATELIER_MODELS", str(folder / "models"))
    patch.setenv("ATELIER_PRODUCT_LINES", str(folder / "lines"))
    for model in PREDICTORS:
        known = {"model": model, "recipe": KIND, "about": "A toy.", "promote": {"primary": "accuracy"}}
        (folder / "models" / f"{model}.yaml").write_text(yaml.safe_dump({**known, "data": {}, "train": {}}))
    line = settings(**{"tries": 2, **fields}).model_dump(mode="json", exclude_defaults=True)
    for choice in line["models"].values():
        choice["version"] = "base"
    (folder / "lines" / "toys.yaml").write_text(yaml.safe_dump(line))
    return "toys"
