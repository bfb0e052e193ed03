"""Recipes: the table of kinds of model. To add one, add a folder beside this file and a row here."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from components.core.config import ModelConfig, override, parse_config, read_yaml
from components.core.errors import ConfigError, UnknownModelError, UnknownRecipeError
from components.core.recipe import Recipe

RECIPES = {
    "failure-modes": "components.recipes.failure_modes",
    "product-attributes": "components.recipes.product_attributes",
    "product-descriptions": "components.recipes.product_descriptions",
    "product-images": "components.recipes.product_images",
}


def get_recipe(name: str) -> Recipe:
    """Import one recipe on demand, so that serving text never loads diffusers.

    Raises:
        UnknownRecipeError: names the known ones.
    """
    return import_recipe(recipe_module(name))


def recipe_module(name: str) -> str:
    """Return the module of a recipe. Other processes can import it by this name even if their table lacks the recipe.

    Raises:
        UnknownRecipeError: names the known ones.
    """
    if name not in RECIPES:
        raise UnknownRecipeError(name, known=RECIPES)
    return RECIPES[name]


def import_recipe(module: str) -> Recipe:
    recipe: Recipe = import_module(module).RECIPE
    return recipe


def model_names(models: Path) -> list[str]:
    """Return the names of the models that have a YAML file in the folder, sorted."""
    return sorted(found.stem for found in models.glob("[!.]*.yaml"))  # not `._starter.yaml`, a side file of macOS


def read_config(models: Path, model: str, overrides: Sequence[str] = ()) -> ModelConfig:
    """Read `<model>.yaml` from the folder of models, apply overrides such as `train.steps=200`, and check every field.

    Raises:
        UnknownModelError: names the known ones.
        ConfigError: names the file, the field, what was found and what is allowed.
    """
    path = models / f"{model}.yaml"
    known = model_names(models)
    if model not in known:
        raise UnknownModelError(model, known=known)
    fields = override(read_yaml(path), overrides)
    if not isinstance(fields.get("recipe"), str):
        raise ConfigError(
            f"{path.name} names no recipe", expected=f"`recipe:` with one of {', '.join(sorted(RECIPES))}"
        )
    recipe = get_recipe(fields["recipe"])
    config = parse_config(recipe.config, fields, path.name, recipe.metrics)
    if config.model != model:
        raise ConfigError(
            f"{path.name} has `model: {config.model}`", expected=f"`model: {model}`, the name of the file"
        )
    return config
