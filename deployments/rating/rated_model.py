"""Deployments: what people rate of a model, and what it generates in words, from its YAML and its recipe."""

from dataclasses import dataclass
from typing import Any

from components.core.config import ModelConfig
from components.core.errors import UsageError
from components.core.rated_outputs import RatedOutputs
from components.recipes import get_recipe, read_config
from registry.settings import settings


@dataclass(frozen=True, slots=True)
class RatedModel:
    rated: RatedOutputs
    category: str


def rated_model(model: str) -> RatedModel:
    """Return what people rate of a model.

    Raises:
        UsageError: people rate nothing that models of its recipe make.
    """
    config = read_config(settings().models, model)
    rated = get_recipe(config.recipe).rated
    if rated is None:
        raise UsageError(
            f"People rate nothing that {model} makes (its recipe is {config.recipe})",
            expected="a model of pictures or texts",
            act="name another model; `python -m flows compare` and the report show this one's scores",
        )
    return RatedModel(rated, category(config))


def category(config: ModelConfig) -> str:
    """Return what the model generates, in words: the values of `data.where` in its YAML, else the model's name."""
    chosen: dict[str, Any] = config.data.model_dump().get("where") or {}
    words = [str(value) for values in chosen.values() for value in values] or [config.model.replace("-", " ")]
    return ", ".join(words).lower()
