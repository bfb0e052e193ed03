"""Tests: the CLIP score is a mean cosine, also below zero."""

import pytest
import torch
from torch import Tensor

from components.metrics.agreement import clip_score, mean_cosine


def embeddings(n: int, seed: int) -> Tensor:
    return torch.randn(n, 6, generator=torch.Generator().manual_seed(seed))


def test_the_score_is_the_mean_cosine_and_not_a_hundred_times_that() -> None:
    pictures, texts = embeddings(40, seed=1), embeddings(40, seed=2)
    expected = torch.nn.functional.cosine_similarity(pictures.double(), texts.double()).mean()
    assert mean_cosine(pictures, texts) == pytest.approx(float(expected), abs=1e-6)
    assert mean_cosine(pictures, pictures * 3) == pytest.approx(1)


def test_pictures_that_contradict_their_prompts_score_below_zero() -> None:
    pictures = embeddings(40, seed=1)
    assert mean_cosine(pictures, -pictures) == pytest.approx(-1)


def test_a_score_keeps_to_its_range_and_says_what_real_pictures_reach() -> None:
    pictures = embeddings(40, seed=1)
    score = clip_score(pictures, pictures + 0.1 * embeddings(40, seed=2), "toy@1", torch.arange(40), seed=1, floor=0.4)
    assert -1 <= score.low <= score.value <= score.high <= 1
    assert (score.n, score.extractor, score.floor, score.honest) == (40, "toy@1", 0.4, True)


def test_pictures_of_one_prompt_count_as_one_observation() -> None:
    prompts = torch.arange(20).repeat_interleave(10)
    texts = embeddings(20, seed=1)[prompts]
    pictures = texts + embeddings(20, seed=2)[prompts]  # ten equal pictures of each prompt
    together = clip_score(pictures, texts, "toy@1", prompts, seed=1)
    apart = clip_score(pictures, texts, "toy@1", torch.arange(200), seed=1)
    assert together.value == apart.value
    assert together.high - together.low > 2 * (apart.high - apart.low)
