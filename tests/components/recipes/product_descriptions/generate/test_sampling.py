"""Tests of the choice of the next token, against the processors of transformers."""

import pytest
import torch
from transformers import RepetitionPenaltyLogitsProcessor, TopPLogitsWarper

from components.recipes.product_descriptions.config import GenerationSettings
from components.recipes.product_descriptions.generate.sampling import next_tokens, uniform_numbers

WORDS, DRAWS = 12, 4000


def shares(settings: GenerationSettings, logits: torch.Tensor, said: torch.Tensor) -> torch.Tensor:
    """Return how often each token is taken, over evenly spaced numbers: the distribution, up to 1 / DRAWS."""
    numbers = (torch.arange(DRAWS, dtype=torch.float64) + 0.5) / DRAWS
    tokens = next_tokens(logits.expand(DRAWS, -1), said.expand(DRAWS, -1), numbers, settings)
    return torch.bincount(tokens, minlength=WORDS) / DRAWS


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.5])
@pytest.mark.parametrize("top_p", [0.3, 0.9, 1.0])
@pytest.mark.parametrize("penalty", [1.0, 1.3])
def test_tokens_have_the_probabilities_that_transformers_gives_them(
    temperature: float, top_p: float, penalty: float
) -> None:
    logits = torch.randn(1, WORDS, generator=torch.Generator().manual_seed(0)) * 2
    already = torch.tensor([[1, 4, 7]])
    scores = logits if penalty == 1 else RepetitionPenaltyLogitsProcessor(penalty)(already, logits.clone())
    scores = scores / temperature
    if top_p < 1:
        scores = TopPLogitsWarper(top_p)(already, scores)
    said = torch.zeros(1, WORDS, dtype=torch.bool).scatter_(1, already, True)
    settings = GenerationSettings(temperature=temperature, top_p=top_p, repetition_penalty=penalty)

    found = shares(settings, logits, said)

    assert found.sub(torch.softmax(scores, -1)[0]).abs().max() < 2 / DRAWS


def test_the_last_number_before_one_still_takes_a_token_that_is_allowed() -> None:
    logits = torch.tensor([[5.0, 0.0, -50.0]])
    numbers = torch.tensor([1 - 1e-16], dtype=torch.float64)

    token = next_tokens(logits, torch.zeros(1, 3, dtype=torch.bool), numbers, GenerationSettings(top_p=0.5))

    assert token.tolist() == [0]


def test_each_text_has_its_own_numbers_from_its_seed_whatever_their_count() -> None:
    both = uniform_numbers([1, 2], 5)

    assert both[1].equal(uniform_numbers([2], 5)[0])
    assert uniform_numbers([1], 3)[0].equal(both[0, :3])
    assert not both[0].equal(both[1])
