"""Tests: generated examples help a classifier of few real ones if they are right, and harm it if they are wrong."""

import torch

from components.metrics.augmentation import Labelled, augmentation


def examples(count: int, seed: int, swapped: bool = False) -> Labelled:
    numbers = torch.Generator().manual_seed(seed)
    values = [("a", "b")[place % 2] for place in range(count)]
    centres = torch.tensor([[(-1.0 if value == "a" else 1.0)] + [0.0] * 19 for value in values])
    features = centres + torch.randn((count, 20), generator=numbers)
    return Labelled(features, [("b" if value == "a" else "a") if swapped else value for value in values])


def test_right_examples_help_and_wrong_ones_harm() -> None:
    held_out, few = examples(600, 1), examples(12, 2)
    clusters = torch.arange(600)
    right = augmentation("kind", few, examples(400, 3), held_out, clusters, 0)
    wrong = augmentation("kind", few, examples(400, 3, swapped=True), held_out, clusters, 0)
    assert right is not None
    assert wrong is not None
    assert (right.helps, wrong.helps) == (True, False)
    assert abs(right.together - right.real - right.difference) < 1e-9
    assert right.low < right.difference < right.high


def test_one_value_alone_cannot_be_compared() -> None:
    one = Labelled(torch.zeros(3, 20), ["a", "a", "a"])
    assert augmentation("kind", one, one, one, torch.arange(3), 0) is None
