"""Tests of what a version is asked."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.recipes.product_descriptions.example import ATTRIBUTES
from components.recipes.product_descriptions.predict.requests import (
    DescriptionRequest,
    DescriptionResponse,
    parse_attributes,
)

VALUE = st.text(st.characters(categories=("L", "N"), include_characters=" -&'"), min_size=1, max_size=30)


@given(st.dictionaries(st.sampled_from(ATTRIBUTES), VALUE.filter(lambda value: value.strip()), min_size=1))
def test_text_and_mapping_are_read_alike(attributes: dict[str, str]) -> None:
    text = ", ".join(f"{name}={value}" for name, value in attributes.items())

    assert parse_attributes(text) == parse_attributes(attributes)
    assert parse_attributes(text) == {name: " ".join(value.split()) for name, value in attributes.items()}


@given(st.text(max_size=80))
def test_any_other_text_is_refused_in_one_sentence(text: str) -> None:
    refused = ""
    found: dict[str, str] = {}
    try:
        found = parse_attributes(text)
    except ValueError as error:
        refused = str(error)

    assert "expected" in refused if refused else found.keys() <= set(ATTRIBUTES)


def test_a_value_may_have_commas_and_spaces_around_it() -> None:
    assert parse_attributes(" baseColour = Red, White ,gender= Men") == {"baseColour": "Red, White", "gender": "Men"}


def test_other_columns_of_a_row_are_left_out_and_so_are_unknown_values() -> None:
    row = {"articleType": "Heels", "price": 1199, "year": 2012, "season": None, "usage": ""}

    assert parse_attributes(row) == {"articleType": "Heels", "year": "2012"}


@pytest.mark.parametrize(
    ("given_text", "sentence"),
    [
        ("colour=Red", "no attribute is called 'colour', expected attributes such as"),
        ("red shoes", "'red shoes' is not a list of attributes"),
        ("gender=Men, gender=Women", "gender is given twice"),
        ("gender=", "it names no attribute"),
        (f"brand={'a' * 301}", "brand has 301 characters, expected 300 at most"),
        ({"price": 3}, "it names no attribute"),
    ],
)
def test_what_cannot_be_read_says_what_is_expected(given_text: object, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        DescriptionRequest.model_validate({"attributes": given_text})


@pytest.mark.parametrize("field", [{"count": 0}, {"count": 257}, {"seed": -1}, {"color": "Red"}])
def test_counts_seeds_and_fields_are_checked(field: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        DescriptionRequest.model_validate({"attributes": "gender=Men", **field})


def test_the_schema_of_a_request_can_be_published() -> None:
    schema = DescriptionRequest.model_json_schema()

    assert schema["required"] == ["attributes"]
    assert {kind["type"] for kind in schema["properties"]["attributes"]["anyOf"]} == {"object", "string"}


def test_a_response_is_saved_as_texts_and_as_json_with_its_origin() -> None:
    response = DescriptionResponse(texts=("Red.", "Blue."), seeds=(3, 4), attributes={"gender": "Men"})

    files = response.files({"model": "tests", "version": "2"})

    assert files["seed-4.txt"] == b"Blue.\n"
    content = json.loads(files["descriptions.json"])
    assert content["origin"] == {"model": "tests", "version": "2"}
    assert content["texts"] == ["Red.", "Blue."]
