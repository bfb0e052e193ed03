"""Tests: docs/models.md and the JSON Schemas contain what the pydantic models of a model's YAML say."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from components.core.config import ModelConfig
from components.core.config_docs import json_schema, models_page
from components.core.metric_table import METRICS
from components.core.strict import Strict, unit


class Oven(Strict):
    """How a cake is baked."""

    heat: Annotated[int, Field(ge=100, lt=300), unit("degrees Celsius")]
    """The heat of the oven."""
    fan: bool = False
    """Whether the fan runs."""
    layers: Mapping[str, int] = {}
    """The number of layers by filling."""
    shelf: Literal["low", "high"] = "low"
    """The position of the cake."""


class Guest(Strict):
    """Somebody who comes."""

    slices: int = 1
    """How much they eat."""


class CakeConfig(ModelConfig):
    """A cake."""

    train: Oven
    guests: Sequence[Guest] = ()
    hosts: Mapping[str, Guest] = {}
    evaluate: Strict = Strict()


SWEETNESS = replace(METRICS["accuracy"], title="Sweetness")
SCHEMA = json_schema("cake", CakeConfig, METRICS)
TART = json_schema("tart", CakeConfig, {"sweetness": SWEETNESS})
PAGE = models_page({"cake": SCHEMA, "tart": TART})


def row(field: str, section: str) -> list[str]:
    """Return the cells of a field's row in the table of a section."""
    table = PAGE.partition(f"### {section}\n")[2].partition("###")[0]
    found = next(line for line in table.splitlines() if line.startswith(f"| `{field}`"))
    return [cell.strip() for cell in found.strip("|").split("|")][1:]


@pytest.mark.parametrize(
    ("field", "cells"),
    [
        ("heat", ["The heat of the oven.", "degrees Celsius", "", "yes", "whole number, ≥ 100, < 300"]),
        ("fan", ["Whether the fan runs.", "", "`false`", "no", "`true`, `false`"]),
        ("layers", ["The number of layers by filling.", "", "none", "no", "text: whole number"]),
        ("shelf", ["The position of the cake.", "", "`low`", "no", "`low`, `high`"]),
    ],
)
def test_a_row_has_meaning_unit_default_required_and_allowed_values(field: str, cells: list[str]) -> None:
    assert row(field, "train of cake") == cells


def test_a_section_has_its_docstring_and_a_link_to_its_table() -> None:
    assert row("train", "Top level of cake")[0] == "How a cake is baked."
    assert row("train", "Top level of tart")[-1] == "[train of tart](#train-of-tart)"
    assert "### train of tart\n\nHow a cake is baked.\n" in PAGE


def test_a_field_that_inherits_its_meaning_keeps_it() -> None:
    assert row("about", "Top level of cake")[0] == "One sentence that describes the model, shown in the registry."


def test_scores_are_listed_once_and_linked() -> None:
    assert "a [score](#names-of-cake)" in row("primary", "promote of cake")[-1]
    assert PAGE.count("`attribute_agreement`") == 2  # among the scores, and among those of single examples


def test_each_recipe_has_the_scores_of_its_own_table() -> None:
    assert "### Names of tart\n\nScore: `sweetness`.\n" in PAGE
    assert TART["$defs"]["PromotionPolicy"]["properties"]["at_least"]["propertyNames"]["enum"] == ["sweetness"]


def test_the_schema_fixes_the_name_of_the_recipe() -> None:
    assert SCHEMA["properties"]["recipe"]["const"] == "cake"


def test_the_schema_accepts_one_primary_score_without_a_list() -> None:
    policy: Mapping[str, Any] = SCHEMA["$defs"]["PromotionPolicy"]["properties"]
    assert [choice.get("type") for choice in policy["primary"]["anyOf"]] == [None, "array"]


def test_a_section_in_a_list_or_a_mapping_has_a_table_of_its_own() -> None:
    assert row("guests", "Top level of cake")[-1] == "list, each [guests.each of cake](#guestseach-of-cake)"
    assert row("hosts", "Top level of cake")[-1] == "text: [hosts.each of cake](#hostseach-of-cake)"
    assert row("slices", "guests.each of cake")[0] == "How much they eat."
