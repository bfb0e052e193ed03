"""Tests: conditioning is encoded once, and again where its file is damaged."""

import random
from multiprocessing.context import ForkServerContext
from pathlib import Path

from components.core.records import Snapshot
from components.recipes.product_images.train.train import train
from tests.components.recipes.product_images.toy_model import ListLog, make_config
from tests.components.recipes.product_images.train.killable import folder_in, run_until


def test_conditioning_that_was_damaged_is_encoded_again(
    base: Path, snapshot: Snapshot, tmp_path: Path, children: ForkServerContext
) -> None:
    config, damaged = make_config(base, steps=30), folder_in(tmp_path / "damaged")
    run_until(children, config, snapshot, damaged, random.Random(3))
    (cached,) = damaged.glob("cache/*/conditioning.safetensors")
    cached.write_bytes(cached.read_bytes()[:100])
    whole = folder_in(tmp_path / "whole")
    assert (
        train(config, snapshot, damaged, ListLog())[-1].digest == train(config, snapshot, whole, ListLog())[-1].digest
    )
