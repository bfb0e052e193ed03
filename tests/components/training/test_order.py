"""Tests: batches depend on seed, epoch and position alone, and an epoch has no example twice."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from components.core.errors import DataError
from components.training.order import batch_indices, require_batch, seeded_dropout


@given(examples=st.integers(1, 60), batch=st.integers(1, 20), epoch=st.integers(0, 3), seed=st.integers(0, 2**31))
def test_an_epoch_has_no_example_twice(examples: int, batch: int, epoch: int, seed: int) -> None:
    batch = min(batch, examples)
    each = examples // batch
    seen = [batch_indices(epoch * each + position, examples, batch, seed) for position in range(each)]
    assert {found for found, _, _ in seen} == {epoch}
    rows = torch.cat([rows for _, _, rows in seen]).tolist()
    assert len(set(rows)) == len(rows) == each * batch
    assert set(rows) <= set(range(examples))


def test_each_epoch_has_its_own_order() -> None:
    first, second = (batch_indices(micro, 50, 50, seed=1)[2] for micro in (0, 1))
    assert not torch.equal(first, second)
    assert torch.equal(first, batch_indices(0, 50, 50, seed=1)[2])


def test_fewer_examples_than_a_batch_are_an_error() -> None:
    with pytest.raises(DataError, match="5 examples, expected at least one batch of 16"):
        require_batch(5, 16)


def test_dropout_follows_its_seed_and_leaves_the_global_generator_alone() -> None:
    state = torch.get_rng_state()
    outputs = []
    for part in (1, 1, 2):
        with seeded_dropout(True, 0, part):
            outputs.append(torch.nn.functional.dropout(torch.ones(64)))
    assert torch.equal(outputs[0], outputs[1])
    assert not torch.equal(outputs[0], outputs[2])
    assert torch.equal(state, torch.get_rng_state())
