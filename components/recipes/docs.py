"""Recipes: write docs/models.md and a JSON Schema a recipe: `python -m components.recipes.docs docs` (`make docs`)."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from components.core.config_docs import json_schema, models_page
from components.core.files import write_text
from components.recipes import RECIPES, get_recipe


def schema_file(recipe: str) -> str:
    """Return the file name of a recipe's JSON Schema, to which the first line of a model's YAML points."""
    return f"{recipe}.schema.json"


def pages() -> Mapping[str, str]:
    """Return the text of each file by its name, of all recipes."""
    recipes = {name: get_recipe(name) for name in RECIPES}
    schemas = {name: json_schema(name, recipe.config, recipe.metrics) for name, recipe in recipes.items()}
    written = {schema_file(recipe): json.dumps(schema, indent=2) + "\n" for recipe, schema in schemas.items()}
    return {"models.md": models_page(schemas), **written}


if __name__ == "__main__":
    for name, text in pages().items():
        write_text(Path(sys.argv[1]) / name, text)
