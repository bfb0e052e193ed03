"""Tests of the likelihood of given texts, against transformers' own loss."""

import pytest
import torch

from components.recipes.product_descriptions.generate.score_tokens import score_tokens
from components.training.language.tokens import encode_pair, pad_right
from tests.components.training.language.toy_language_model import make_toy_model, make_toy_tokenizer

MODEL, TOKENIZER = make_toy_model(), make_toy_tokenizer()
PROMPTS = ["Colour: red", "Brand: Alder\nColour: red", "x"]
TEXTS = ["Red shoes.", "A blue bag, light and soft, for the summer and the winter.", "é"]


def test_each_token_of_each_text_has_the_loss_that_transformers_computes_alone() -> None:
    found = score_tokens(MODEL, TOKENIZER, PROMPTS, TEXTS)

    for prompt, text, losses in zip(PROMPTS, TEXTS, found, strict=True):
        row = encode_pair(TOKENIZER, prompt, text)
        batch = pad_right([row], 0)
        expected = MODEL(input_ids=batch.tokens, attention_mask=batch.mask, labels=batch.labels).loss
        assert len(losses) == len(row.text)
        assert float(losses.mean()) == pytest.approx(float(expected), abs=1e-5)


def test_the_order_of_the_texts_is_kept_over_several_batches() -> None:
    texts = [f"{'word ' * (number % 5)}number {number}" for number in range(40)]
    found = score_tokens(MODEL, TOKENIZER, ["p"] * 40, texts)

    alone = [score_tokens(MODEL, TOKENIZER, ["p"], [text])[0] for text in texts[::13]]
    for many, single in zip(found[::13], alone, strict=True):
        assert many.allclose(single, atol=1e-5)


def test_an_empty_text_has_the_end_token_only() -> None:
    assert [losses.shape for losses in score_tokens(MODEL, TOKENIZER, ["x"], [""])] in (
        [torch.Size([1])],
        [torch.Size([2])],  # the space before it
    )
