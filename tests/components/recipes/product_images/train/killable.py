"""Tests: a training in a process of its own, which can be killed, and its checkpoints compared bit by bit."""

import random
import time
from multiprocessing.context import ForkServerContext
from pathlib import Path

import torch
from safetensors.torch import load_file

from components.core.records import Snapshot
from components.recipes.product_images.config import ProductImagesConfig
from tests.components.recipes.product_images.toy_model import train_and_report


def folder_in(path: Path) -> Path:
    path.mkdir()
    return path


def bits(folder: Path) -> dict[str, dict[str, torch.Tensor]]:
    return {str(path.relative_to(folder)): load_file(path) for path in sorted(folder.glob("step-*/*.safetensors"))}


def assert_same_bits(ours: Path, theirs: Path) -> None:
    left, right = bits(ours), bits(theirs)
    assert left.keys() == right.keys() != set()
    for name, tensors in left.items():
        assert tensors.keys() == right[name].keys()
        assert all(torch.equal(tensor, right[name][key]) for key, tensor in tensors.items()), name


def run_until(
    children: ForkServerContext,
    config: ProductImagesConfig,
    snapshot: Snapshot,
    folder: Path,
    chance: random.Random | None,
) -> bool:
    """Train in a process, kill -9 it at a random moment unless `chance` is None; return whether it ended by itself."""
    ours, theirs = children.Pipe(duplex=False)
    process = children.Process(target=train_and_report, args=(config, snapshot, folder, theirs))
    process.start()
    theirs.close()
    patience = chance.randrange(1, 25) if chance else 10**9
    try:
        while patience and ours.recv() is not None:
            patience -= 1
    except EOFError:
        patience = 1  # it ended without saying that it is done
    if chance:
        time.sleep(chance.random() * 0.05)
        process.kill()
    process.join()
    return process.exitcode == 0
