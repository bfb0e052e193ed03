"""Tests: docs/models.md and the JSON Schemas are what the models of today generate, and the YAML files fit them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from components.recipes import RECIPES, get_recipe
from components.recipes.docs import pages, schema_file
from components.recipes.product_images.score.extractors import EXTRACTORS, IMAGE_TEXT
from components.recipes.product_images.score.weight_sources import EXTRACTOR_NAMES, IMAGE_TEXT_NAMES
from tests import ROOT

YAMLS = sorted((ROOT / "deployments" / "models").glob("*.yaml"))


def validator(recipe: str) -> Draft202012Validator:
    schema = json.loads((ROOT / "docs" / schema_file(recipe)).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def undocumented(section: type[BaseModel], path: str) -> Iterator[str]:
    """Yield the fields of a section and of those below it that have no description."""
    for name, field in section.model_fields.items():
        kind = field.annotation
        is_section = isinstance(kind, type) and issubclass(kind, BaseModel)
        if not (field.description or (is_section and "__doc__" in vars(kind))):
            yield f"{path}.{name}"
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from undocumented(kind, f"{path}.{name}")


def test_the_files_in_docs_are_up_to_date() -> None:
    stale = [name for name, text in pages().items() if (ROOT / "docs" / name).read_text(encoding="utf-8") != text]
    assert not stale, "run `make docs`"


@pytest.mark.parametrize("recipe", list(RECIPES))
def test_every_field_says_what_it_means(recipe: str) -> None:
    assert list(undocumented(get_recipe(recipe).config, recipe)) == []


@pytest.mark.parametrize("path", YAMLS, ids=lambda path: path.stem)
def test_a_model_fits_the_schema_that_its_first_line_points_to(path: Path) -> None:
    first, fields = path.read_text(encoding="utf-8").splitlines()[0], yaml.safe_load(path.read_bytes())
    target = (path.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve()
    assert target == ROOT / "docs" / schema_file(fields["recipe"])
    assert [error.message for error in validator(fields["recipe"]).iter_errors(fields)] == []


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [
        ("train", "stepz", 3),
        ("train", "steps", 0),
        ("data", "size", 65),
        ("data", "where", {"colour": ["Red"]}),
        ("evaluate", "extractor", "vgg"),
        ("promote", "primary", ["fidd"]),
        ("promote", "slices", {"fid": 1}),
    ],
)
def test_an_editor_marks_what_reading_the_file_would_refuse_later(section: str, field: str, value: Any) -> None:
    fields = yaml.safe_load((ROOT / "deployments" / "models" / "casual-shoes.yaml").read_bytes())
    fields[section][field] = value
    (error,) = validator(fields["recipe"]).iter_errors(fields)
    assert error.absolute_path[0] == section


def test_the_schema_allows_the_extractors_that_there_are() -> None:
    assert set(EXTRACTOR_NAMES) == EXTRACTORS.keys()
    assert set(IMAGE_TEXT_NAMES) == IMAGE_TEXT.keys()
