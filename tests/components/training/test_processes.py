"""Tests: processes share the micro-batches of a step, and together train as one does."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from accelerate import Accelerator
from safetensors.torch import load_file

from components.core.errors import ConfigError
from components.training.processes import average_gradients, mean_of, once, share_of
from tests import ROOT
from tests.components.training.toy_base import write_toy_base

MODULE = "tests.components.training.two_processes"


def process(index: int, of: int) -> Any:
    return SimpleNamespace(process_index=index, num_processes=of)


def test_the_micro_batches_of_a_step_are_shared_without_rest() -> None:
    shares = [list(share_of(8, process(index, 4))) for index in range(4)]
    assert shares == [[0, 4], [1, 5], [2, 6], [3, 7]]
    assert list(share_of(3, process(0, 1))) == [0, 1, 2]


def test_an_accumulation_that_cannot_be_shared_is_refused() -> None:
    with pytest.raises(
        ConfigError, match=r"train\.accumulation is 3, and 2 processes share .* expected a multiple of 2"
    ):
        share_of(3, process(0, 2))


def test_one_process_needs_no_exchange() -> None:
    accelerator, done = Accelerator(cpu=True), list[str]()
    weight = torch.nn.Parameter(torch.ones(2))
    weight.grad = torch.tensor([1.0, 2.0])
    average_gradients([weight], accelerator)
    once(accelerator, lambda: done.append("written"))
    assert weight.grad.tolist() == [1.0, 2.0]
    assert mean_of([1.0, 3.0], accelerator) == 2.0
    assert done == ["written"]


@pytest.mark.slow
def test_two_processes_train_as_one_does_and_write_once(tmp_path: Path) -> None:
    base = write_toy_base(tmp_path / "base")
    launchers = {"one": [], "two": ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]}
    for name, launcher in launchers.items():
        folder = tmp_path / name
        (folder / "training").mkdir(parents=True)
        subprocess.run([sys.executable, *launcher, "-m", MODULE, str(base), str(folder)], cwd=ROOT, check=True)
    (one,) = read(tmp_path / "one")
    first, second = read(tmp_path / "two")
    assert first["losses"] == second["losses"]
    assert first["losses"] == pytest.approx(one["losses"], abs=1e-5)
    assert (one["encoded"], first["encoded"], second["encoded"]) == (3, 3, 0)
    left, right = (
        load_file(tmp_path / name / "training/step-000006/pytorch_lora_weights.safetensors") for name in launchers
    )
    assert all(torch.allclose(left[name], right[name], atol=1e-4) for name in left)


@pytest.mark.slow
def test_if_one_of_two_processes_is_asked_to_end_both_save_the_same_step_and_continue_to_the_same_weights(
    tmp_path: Path,
) -> None:
    base = write_toy_base(tmp_path / "base")
    assert trained_by_two(base, tmp_path / "whole").returncode == 0
    cut = trained_by_two(base, tmp_path / "cut", "4")
    assert cut.returncode != 0
    ended = sorted(line for line in cut.stdout.splitlines() if "ended with" in line)
    assert ended == ["process 0 ended with step 4 saved", "process 1 ended with step 4 saved"]
    assert [path.name for path in (tmp_path / "cut/training/pause").iterdir()] == ["step-000004"]
    assert trained_by_two(base, tmp_path / "cut").returncode == 0
    assert read(tmp_path / "cut")[0]["losses"] == read(tmp_path / "whole")[0]["losses"][4:]
    left, right = (
        load_file(tmp_path / name / "training/step-000006/pytorch_lora_weights.safetensors")
        for name in ("whole", "cut")
    )
    assert all(torch.equal(left[name], right[name]) for name in left)


def trained_by_two(base: Path, folder: Path, at: str = "0") -> subprocess.CompletedProcess[str]:
    """Train in two processes, of which the last asks itself to end at a step, unless that is 0."""
    (folder / "training").mkdir(parents=True, exist_ok=True)
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    words = [*launcher, "-m", MODULE, str(base), str(folder), at]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


def read(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(folder.glob("process-*.json"))]
