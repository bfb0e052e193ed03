"""Tests: bits per byte and perplexity of texts, against the loss of a language model of transformers."""

import math

import numpy as np
import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from components.metrics.likelihood import TextLosses, bits_per_byte, perplexity


def losses(nats: list[float], tokens: list[float], of_bytes: list[float]) -> TextLosses:
    return TextLosses(*(torch.tensor(part, dtype=torch.float64) for part in (nats, tokens, of_bytes)))


def test_a_model_that_knows_nothing_has_the_perplexity_of_its_vocabulary_whatever_the_tokenizer() -> None:
    nats = [tokens * math.log(256) for tokens in (10, 30)]
    assert perplexity(losses(nats, [10, 30], [10, 30]), np.ones((1, 2)))[0] == pytest.approx(256)
    assert bits_per_byte(losses(nats, [10, 30], [10, 30])).tolist() == pytest.approx([8, 8])


def test_the_perplexity_is_the_exponential_of_the_loss_that_transformers_computes() -> None:
    torch.manual_seed(1)
    model = LlamaForCausalLM(
        LlamaConfig(vocab_size=32, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2)
    )
    tokens = torch.randint(32, (3, 9))
    logits = model(tokens).logits.log_softmax(-1)[:, :-1]
    nats = -logits.gather(2, tokens[:, 1:, None])[..., 0].double().sum(1).detach()
    found = TextLosses(nats, torch.full((3,), 8.0, dtype=torch.float64), torch.full((3,), 20.0, dtype=torch.float64))
    expected = model(tokens, labels=tokens).loss.exp().item()
    assert perplexity(found, np.ones((1, 3)))[0] == pytest.approx(expected, rel=1e-5)


def test_weights_count_tokens_not_texts() -> None:
    found = losses([1, 40], [1, 10], [4, 40])
    assert perplexity(found, np.array([[1.0, 0.0], [0.0, 2.0]])).tolist() == pytest.approx([math.e, math.e**4])


def test_an_empty_text_has_no_bits_per_byte() -> None:
    assert math.isnan(bits_per_byte(losses([1], [1], [0])).item())


def test_the_first_texts_keep_their_losses() -> None:
    assert losses([1, 2], [3, 4], [5, 6]).first(1).tokens.tolist() == [3]
