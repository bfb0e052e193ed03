"""Tests: what texts copy from training texts."""

import math

from components.metrics.copied_text import TrainingTexts

TRAINING = [f"product {n} is a shoe made of canvas number {n} with a sole of rubber number {n}" for n in range(50)]
OTHER = "an entirely different description of some leather bag with two handles and a zip"
HELD_OUT = [f"article {n} is a bag made of leather {n} with {n} handles and {n} zips" for n in range(50, 90)]


def test_a_copy_is_all_copied_and_its_original_is_found() -> None:
    known = TrainingTexts(TRAINING)
    near = known.nearest([TRAINING[7], OTHER], HELD_OUT)
    assert known.copied([TRAINING[7], OTHER]).tolist() == [1, 0]
    assert near.place[0] == 7
    assert near.share[0] == 1
    assert near.values.tolist() == [1, 0]


def test_about_one_in_a_hundred_held_out_texts_is_too_near_at_most() -> None:
    near = TrainingTexts(TRAINING).nearest(HELD_OUT, HELD_OUT)
    assert near.values.mean() <= 0.03


def test_a_text_of_two_words_cannot_be_compared() -> None:
    known = TrainingTexts(TRAINING)
    near = known.nearest(["red shoe"], HELD_OUT)
    assert math.isnan(near.values.item())
    assert near.place.item() == -1
    assert math.isnan(known.copied(["red shoe"]).item())


def test_without_held_out_texts_nothing_is_too_near() -> None:
    assert math.isnan(TrainingTexts(TRAINING).nearest([TRAINING[0]], []).values.item())
