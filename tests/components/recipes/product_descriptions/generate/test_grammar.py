"""Tests of texts that are JSON: always of the stated form, by seed alone, or one sentence that says what is wrong."""

import json
from typing import Any

import pytest

from components.core.errors import ConfigError, DataError
from components.recipes.product_descriptions.config import GenerationSettings
from components.recipes.product_descriptions.generate.generate import generate_texts
from components.recipes.product_descriptions.predict.requests import DescriptionRequest
from tests.components.training.language.toy_language_model import make_toy_model, make_toy_tokenizer

SCHEMA = {
    "type": "object",
    "properties": {"colour": {"enum": ["red", "blue"]}, "text": {"type": "string", "maxLength": 6}},
    "required": ["colour", "text"],
    "additionalProperties": False,
}
MODEL, TOKENIZER = make_toy_model(), make_toy_tokenizer()
PROMPTS = ("Brand: Alder", "A blue bag", "x")


def write(prompts: tuple[str, ...], seeds: list[int], **changes: Any) -> list[str]:
    fixed = {"json_schema": SCHEMA, "longest": 60, "longest_prompt": 24, "batch": 3, "temperature": 1.0}
    settings = GenerationSettings.model_validate(fixed | {"repetition_penalty": 1.3} | changes)
    return generate_texts(MODEL, TOKENIZER, prompts, seeds, settings)


def test_a_model_that_knows_no_json_writes_only_json_of_the_schema() -> None:
    found = [json.loads(text) for text in write(PROMPTS, [1, 2, 3])]

    assert all(set(each) == {"colour", "text"} and each["colour"] in {"red", "blue"} for each in found)
    assert all(len(each["text"]) <= 6 for each in found)
    assert len({str(each) for each in found}) == 3


def test_json_depends_on_its_own_prompt_and_seed_alone() -> None:
    assert write(PROMPTS[1:2], [2]) == write(PROMPTS, [1, 2, 3])[1:2]


def test_json_that_does_not_fit_is_one_sentence_with_what_to_do() -> None:
    with pytest.raises(DataError, match="The text of seed 1 is no complete JSON after 5 tokens, expected an object"):
        write(PROMPTS[:1], [1], longest=5)


@pytest.mark.parametrize("wrong", [{"type": "objekt"}, {"type": "object", "properties": 3}])
def test_a_schema_that_is_none_is_one_sentence(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"json_schema is no form that texts can have \("):
        write(PROMPTS[:1], [1], json_schema=wrong)


def test_a_request_with_a_schema_of_any_length_is_refused() -> None:
    with pytest.raises(ValueError, match=r"json_schema has \d+ characters, expected 4000 at most"):
        DescriptionRequest(attributes={"brand": "Alder"}, json_schema={"enum": ["x" * 5000]})
