"""Tests of generated texts: each depends on its own prompt and seed alone."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from components.core.errors import DataError
from components.recipes.product_descriptions.config import GenerationSettings
from components.recipes.product_descriptions.generate.generate import generate_texts
from components.recipes.product_descriptions.starter import BASE_FOLDER
from components.training.language.lora import add_lora, lora_form
from tests.components.training.language.toy_language_model import (
    disturb,
    make_toy_model,
    make_toy_tokenizer,
    read_stock,
)

PROMPTS = ("Brand: Alder", "Brand: Alder\nColour: red\nDescription:", "A blue bag", "x")
SETTINGS = GenerationSettings(longest=10, longest_prompt=40, batch=4, temperature=1.2, top_p=0.95)
TOKENIZER = make_toy_tokenizer()


def with_adapter() -> Any:
    model = make_toy_model()
    add_lora(model, lora_form(4, 8, frozenset({"q_proj", "v_proj"})), seed=0)
    disturb(model)
    return model.eval()


MODEL = with_adapter()
ALONE = {
    (prompt, seed): generate_texts(MODEL, TOKENIZER, [prompt], [seed], SETTINGS)[0]
    for prompt in PROMPTS
    for seed in range(3)
}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PROMPTS), st.integers(0, 2)), min_size=1, max_size=9))
def test_a_text_is_the_same_alone_and_among_any_others(asked: list[tuple[str, int]]) -> None:
    prompts, seeds = [prompt for prompt, _ in asked], [seed for _, seed in asked]

    assert generate_texts(MODEL, TOKENIZER, prompts, seeds, SETTINGS) == [ALONE[pair] for pair in asked]


def test_another_seed_gives_another_text_and_another_prompt_too() -> None:
    assert len(set(ALONE.values())) > len(PROMPTS)


def test_at_temperature_zero_the_seed_does_not_count_and_transformers_writes_the_same() -> None:
    greedy = SETTINGS.model_copy(update={"temperature": 0.0})
    inputs = TOKENIZER(PROMPTS[1], return_tensors="pt")
    theirs = MODEL.generate(**inputs, do_sample=False, max_new_tokens=greedy.longest)[0, inputs["input_ids"].shape[1] :]

    texts = generate_texts(MODEL, TOKENIZER, [PROMPTS[1]] * 2, [1, 2], greedy)

    assert texts == [TOKENIZER.decode(theirs, skip_special_tokens=True).strip()] * 2


def test_progress_is_reported_text_by_text() -> None:
    told: list[tuple[int, int]] = []

    generate_texts(MODEL, TOKENIZER, ["a"] * 6, range(6), SETTINGS, lambda done, total: told.append((done, total)))

    assert told == [(4, 6), (6, 6)]


@pytest.mark.parametrize("prompt", ["word " * 60, ""])
def test_a_prompt_that_is_too_long_or_empty_is_one_sentence(prompt: str) -> None:
    tokenizer = make_toy_tokenizer()
    if not prompt:
        tokenizer._tokenizer.post_processor = None

    with pytest.raises(DataError, match=r"has \d+ tokens, expected 1 to 40: shorten the attributes, or raise"):
        generate_texts(MODEL, tokenizer, [prompt], [0], SETTINGS)


def test_the_starter_writes_the_same_alone_and_among_others() -> None:
    model, tokenizer = read_stock(BASE_FOLDER), AutoTokenizer.from_pretrained(BASE_FOLDER)
    chosen = GenerationSettings(longest=24, longest_prompt=64, batch=8)
    together = generate_texts(model, tokenizer, list(PROMPTS) * 2, range(8), chosen)

    assert [generate_texts(model, tokenizer, [PROMPTS[n % 4]], [n], chosen)[0] for n in (0, 3, 6)] == [
        together[n] for n in (0, 3, 6)
    ]
