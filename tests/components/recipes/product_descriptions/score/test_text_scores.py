"""Tests: values of single texts, and scores of sets, with intervals, n and floors."""

import math

import pytest
import torch

from components.metrics.copied_text import TrainingTexts
from components.metrics.likelihood import TextLosses
from components.recipes.product_descriptions.config import WordLimits
from components.recipes.product_descriptions.score.checker import fit_checker
from components.recipes.product_descriptions.score.known_words import known_words
from components.recipes.product_descriptions.score.text_scores import (
    Standard,
    TextSet,
    banned_in,
    loss_values,
    score_texts,
    value_texts,
)
from components.recipes.product_descriptions.scores import SCORES
from tests.components.recipes.product_descriptions.described import attributes_of, examples, text_of

NAMES = ["baseColour", "articleType", "gender", "brand"]
TRAINING = [example for example in examples() if example["id"] % 5]
HELD_OUT = [example["id"] for example in examples() if example["id"] % 5 == 0]
STANDARD = Standard(
    checker=fit_checker(TRAINING, NAMES, seed=1),
    training=TrainingTexts([example["text"] for example in TRAINING]),
    known=known_words([example["text"] for example in TRAINING]),
    held_out=[text_of(number) for number in HELD_OUT],
    words=WordLimits(fewest=5, most=40),
    banned=("miracle", "100% safe"),
)
N = 20
GIVEN, REAL = [attributes_of(number) for number in HELD_OUT[:N]], [text_of(number) for number in HELD_OUT[:N]]


def test_real_texts_of_other_products_are_unfaithful_and_their_own_are_faithful() -> None:
    right, wrong = value_texts(REAL, GIVEN, REAL, STANDARD), value_texts(REAL[3:] + REAL[:3], GIVEN, REAL, STANDARD)
    assert right["faithfulness"].tolist() == [1.0] * N
    assert right["rouge_l"].tolist() == pytest.approx([1.0] * N)
    assert wrong["contradicted"].mean() > 0.9
    assert wrong["faithfulness"].mean() < 0.6


def test_copies_of_training_texts_are_memorised() -> None:
    copies = [example["text"] for example in TRAINING[:N]]
    found = value_texts(copies, GIVEN, REAL, STANDARD)
    assert found["copied"].tolist() == [1.0] * N
    assert value_texts(REAL, GIVEN, REAL, STANDARD)["copied"].mean() < found["copied"].mean()


def test_every_value_has_a_row_and_every_text_a_value() -> None:
    found = value_texts(["", "miracle shirt", *REAL[2:]], GIVEN, REAL, STANDARD)
    assert found.keys() <= SCORES.keys()
    assert {len(values) for values in found.values()} == {N}
    assert found["banned_claims"].tolist() == [0, 1, *[0] * (N - 2)]
    assert found["length_fits"].tolist()[:3] == [0, 0, 1]
    assert math.isnan(found["reading_level"][0])


def test_claims_are_found_by_whole_words() -> None:
    assert banned_in("It is 100 % SAFE. A miracle!", ("miracle", "100% safe")) == ["miracle", "100% safe"]
    assert banned_in("miracles, safe", ("miracle", "100% safe")) == []


def test_scores_have_n_intervals_and_floors_in_the_order_of_the_table() -> None:
    losses = TextLosses(*(torch.full((N,), value, dtype=torch.float64) for value in (50.0, 25.0, 100.0)))
    values = {**loss_values(losses), **value_texts(REAL, GIVEN, REAL, STANDARD)}
    found = score_texts(TextSet(REAL, REAL, losses), values, torch.arange(N), {"bleu": 0.4, "stated": 0.9}, seed=1)
    assert list(found) == [name for name in SCORES if name in found]
    assert found.keys() == SCORES.keys()
    assert found["perplexity"].value == pytest.approx(math.exp(2))
    assert found["bits_per_byte"].value == pytest.approx(0.5 / math.log(2))
    assert found["bleu"].value == pytest.approx(1)
    assert (found["bleu"].floor, found["stated"].floor) == (0.4, 0.9)
    wrong = {name: score for name, score in found.items() if not score.low <= score.value + 1e-9 <= score.high + 1e-8}
    assert (wrong, {score.n for score in found.values()}) == ({}, {N})
