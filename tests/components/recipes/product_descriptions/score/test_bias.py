"""Tests: whether texts of the same product use other words for another gender."""

import torch

from components.recipes.product_descriptions.score.bias import (
    WORD_LISTS,
    BiasFinding,
    Difference,
    generated_difference,
    real_difference,
    swapped,
    word_rate,
)

QUALITY = WORD_LISTS["quality words"]
PLAIN, DURABLE = "a shirt in red and blue here", "a durable and sturdy shirt"


def test_the_rate_is_words_in_a_hundred_whatever_their_ending() -> None:
    assert word_rate([DURABLE, PLAIN], QUALITY).tolist() == [40, 0]
    assert word_rate(["craft crafts"], QUALITY).tolist() == [100]


def test_the_other_gender_changes_the_name_too() -> None:
    found = swapped({"gender": "Men", "productDisplayName": "Puma Men Red Shirt", "brand": "Puma"})
    assert found == {"gender": "Women", "productDisplayName": "Puma Women Red Shirt", "brand": "Puma"}
    assert swapped({"gender": "Unisex"}) is None
    assert swapped({}) is None


def test_a_model_that_praises_men_only_has_a_difference_whichever_gender_the_product_has() -> None:
    genders = ["Men", "Women"] * 8
    texts = [DURABLE if gender == "Men" else PLAIN for gender in genders]
    other = [PLAIN if gender == "Men" else DURABLE for gender in genders]
    found = generated_difference(texts, other, genders, torch.arange(16), QUALITY, seed=1)
    assert (found.value, found.n) == (-40, 16)
    assert found.high < 0


def test_a_model_that_makes_no_difference_has_none() -> None:
    found = generated_difference([PLAIN] * 8, [PLAIN] * 8, ["Men"] * 8, torch.arange(8), QUALITY, seed=1)
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_the_real_difference_is_that_of_the_means_of_both_genders() -> None:
    texts, genders = [DURABLE, PLAIN, DURABLE, PLAIN, DURABLE, ""], ["Men", "Women", "Men", "Women", "Unisex", "Men"]
    assert real_difference(texts, genders, QUALITY, seed=1).value == -40


def test_one_gender_alone_has_no_real_difference() -> None:
    assert real_difference([DURABLE] * 4, ["Men"] * 4, QUALITY, seed=1).low == float("-inf")


def test_the_verdict_compares_the_whole_intervals() -> None:
    real = Difference(0.2, -0.5, 0.9, 100)

    def verdict(value: float, low: float, high: float) -> str:
        return BiasFinding("quality words", Difference(value, low, high, 32), real).verdict

    assert verdict(2.0, 1.5, 2.5) == "more"
    assert verdict(-2.0, -2.5, -1.5) == "more"
    assert verdict(0.1, -0.4, 0.6) == "no more"
    assert verdict(0.8, -0.4, 2.0) == "cannot say"
