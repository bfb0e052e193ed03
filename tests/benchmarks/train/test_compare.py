"""Tests: all ways to train take the same steps, and the figures say what was measured and what was aimed at."""

import json
from dataclasses import replace

import pytest
import torch

from benchmarks.train.compare import compare
from benchmarks.train.figures import Figures, table
from benchmarks.train.ways import CACHED, OURS, USUAL, WITHOUT


@pytest.fixture(scope="module")
def found() -> Figures:
    threads = torch.get_num_threads()
    try:
        return compare("toy", "fp32", steps=2)
    finally:
        torch.set_num_threads(threads)


def test_all_ways_have_the_same_loss_at_each_step(found: Figures) -> None:
    assert list(found.costs) == [USUAL, WITHOUT, CACHED, OURS]
    assert {len(cost.losses) for cost in found.costs.values()} == {3}
    assert len(set(found.costs[OURS].losses)) == 3
    assert found.apart < 1e-5
    assert found.same_losses


def test_another_loss_at_one_step_is_noticed(found: Figures) -> None:
    usual = found.costs[USUAL]
    other = replace(usual, losses=[*usual.losses[:-1], usual.losses[-1] + 2e-4])
    assert not replace(found, costs={**found.costs, USUAL: other}).same_losses


def test_the_product_computes_least_and_checkpointing_keeps_least(found: Figures) -> None:
    flops = {name: cost.flops for name, cost in found.costs.items()}
    assert flops[OURS] < flops[CACHED] < flops[WITHOUT] < flops[USUAL]
    assert found.costs[USUAL].kept_bytes < 0.5 * found.costs[OURS].kept_bytes
    assert all(0 < share < 1 for share in found.shares.values())


def test_an_aim_that_is_missed_is_said(found: Figures) -> None:
    fast = {name: replace(cost, seconds=10.0) for name, cost in found.costs.items()}
    tiny = replace(found, size="tiny", costs={**fast, OURS: replace(found.costs[OURS], seconds=4.0)})
    assert tiny.fast_enough
    assert tiny.speedups == {USUAL: 2.5, WITHOUT: 2.5, CACHED: 2.5, OURS: 1.0}
    slow = replace(tiny, costs={**fast, OURS: replace(found.costs[OURS], seconds=5.0)})
    assert not slow.fast_enough
    assert "2.00x  2.20x" in table(slow)[1]


def test_the_figures_are_one_json_object(found: Figures) -> None:
    content = json.loads(json.dumps(found.as_json()))
    assert content["checkpoint_bytes"] > 10_000
    assert content["peak_memory"] > 100e6
    assert content["costs"][OURS]["times_as_fast"] == 1.0
