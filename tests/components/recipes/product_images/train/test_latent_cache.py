"""Tests: conditioning is encoded once, and again where what is stored was altered."""

import random
import shutil
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from components.core.records import Snapshot
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.train.latent_cache import Conditioning, load_conditioning
from components.recipes.product_images.train.train import train
from tests.components.recipes.product_images.toy_model import ListLog, make_config
from tests.components.recipes.product_images.train.killable import folder_in, run_until


def scale(file: Path) -> None:
    tensors = {name: (tensor * 1.2).to(tensor.dtype) for name, tensor in load_file(file).items()}
    file.unlink()
    save_file(tensors, file)


def rename(file: Path) -> None:
    tensors = {f"other {name}": tensor.clone() for name, tensor in load_file(file).items()}
    file.unlink()
    save_file(tensors, file)


@pytest.mark.parametrize(
    "alter", [scale, rename, lambda file: file.write_bytes(b""), lambda file: shutil.rmtree(file.parent)]
)
def test_conditioning_that_was_altered_is_encoded_again(
    alter: Callable[[Path], object], base: Path, snapshot: Snapshot, tmp_path: Path
) -> None:
    pipeline = open_base(make_config(base))
    log = ListLog()

    def load() -> Conditioning:
        return load_conditioning(pipeline, "base", snapshot, tmp_path, log)

    first = load()
    assert torch.equal(load().mean, first.mean)
    assert len(log.done) == 2  # ten pictures are encoded in two batches, once
    (cached,) = tmp_path.glob("*/tensors.safetensors")
    alter(cached)
    again = load()
    assert len(log.done) == 4
    assert all(torch.equal(getattr(again, name), getattr(first, name)) for name in ("mean", "std", "texts"))
    assert torch.equal(again.caption_of, first.caption_of)


def test_a_training_that_was_killed_continues_the_same_after_its_conditioning_was_altered(
    base: Path, snapshot: Snapshot, tmp_path: Path, children: ForkServerContext
) -> None:
    config, altered = make_config(base, steps=30), folder_in(tmp_path / "altered")
    run_until(children, config, snapshot, altered, random.Random(3))
    (cached,) = altered.glob("cache/*/tensors.safetensors")
    scale(cached)
    whole = folder_in(tmp_path / "whole")
    assert (
        train(config, snapshot, altered, ListLog())[-1].digest == train(config, snapshot, whole, ListLog())[-1].digest
    )
