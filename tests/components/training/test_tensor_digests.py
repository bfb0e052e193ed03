"""Tests: a digest of a module changes with all that its outputs depend on, and with nothing else."""

import torch
from torch import nn

from components.training.tensor_digests import module_digest, tensors_digest


def linear() -> nn.Linear:
    layer = nn.Linear(3, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.arange(6.0).view(2, 3))
        layer.bias.zero_()
    return layer


def test_equal_modules_have_equal_digests_in_any_layout() -> None:
    assert module_digest(linear(), {"size": 3, "_version": "1"}) == module_digest(linear(), {"size": 3, "_version": 2})
    picture = torch.arange(16.0).view(1, 2, 2, 4)
    assert tensors_digest({"a": picture}) == tensors_digest({"a": picture.to(memory_format=torch.channels_last)})


def test_a_weight_the_precision_and_the_configuration_change_the_digest() -> None:
    other = linear()
    with torch.no_grad():
        other.weight[0, 0] += 1e-6
    found = {
        module_digest(linear(), {"size": 3}),
        module_digest(other, {"size": 3}),
        module_digest(linear().to(torch.bfloat16), {"size": 3}),
        module_digest(linear(), {"size": 4}),
    }
    assert len(found) == 4


def test_a_name_and_a_shape_are_part_of_the_digest() -> None:
    numbers = torch.arange(4.0)
    tensors = ({"a": numbers}, {"b": numbers}, {"a": numbers[None]})
    assert len({tensors_digest(each) for each in tensors}) == 3
