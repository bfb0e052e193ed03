"""Tests: a classifier of values answers where it is right often enough, else not."""

import random

from components.recipes.product_descriptions.score.value_classifier import fit_classifier

NOISE = ["sole", "strap", "colour", "line", "pocket", "seam", "button", "leather"]


def texts_of(words: list[str], count: int) -> list[str]:
    numbers = random.Random(1)
    return [" ".join([*numbers.choices(NOISE, k=6), numbers.choice(words)]) for _ in range(count)]


TEXTS = [*texts_of(["beard", "gentleman"], 60), *texts_of(["skirt", "lipstick"], 60)]
VALUES = ["Men"] * 60 + ["Women"] * 60


def test_it_learns_words_that_go_with_a_value() -> None:
    found = fit_classifier(TEXTS, VALUES, [True] * 120, seed=1)
    assert found
    assert found.accuracy > 0.9
    assert found.values(["sole strap beard", "line seam lipstick"]) == ["Men", "Women"]


def test_it_says_nothing_of_words_that_it_does_not_know() -> None:
    found = fit_classifier(TEXTS, VALUES, [True] * 120, seed=1)
    assert found
    assert found.values(["quite other words beard", ""]) == ["", ""]


def test_without_a_relation_there_is_no_classifier() -> None:
    values = random.Random(2).choices(["Men", "Women"], k=120)
    found = fit_classifier(texts_of(NOISE, 120), values, [True] * 120, seed=1)
    assert found is None or found.answered < 0.3


def test_one_value_or_few_texts_give_no_classifier() -> None:
    assert fit_classifier(TEXTS, ["Men"] * 120, [True] * 120, seed=1) is None
    assert fit_classifier(TEXTS[:4], ["Men", "Women"] * 2, [True] * 4, seed=1) is None
