"""Tests: a training that cannot go on names step, products and what is missing, and keeps its last good checkpoint."""

import logging
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from components.core.errors import DiskSpaceError, TrainingError
from components.core.records import Snapshot
from components.recipes.product_images.train.train import train
from components.training.checkpoints import complete_checkpoints
from components.training.interval import CLIPPED_IN_A_ROW
from tests.components.recipes.product_images.toy_model import ListLog, make_config
from tests.components.recipes.product_images.train.killable import assert_same_bits, folder_in
from tests.components.training.toy_base import write_toy_base


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = folder_in(tmp_path / "disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here: that takes root")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


@dataclass
class Filling(ListLog):
    """A log that fills the disk at step 6."""

    disk: Path = Path()

    def progress(self, what: str, done: int, total: int) -> None:
        if (what, done) == ("train", 6):
            fill(self.disk)


def fill(disk: Path) -> None:
    with suppress(OSError), (disk / "filler").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


def test_a_disk_that_fills_up_is_one_sentence_and_the_last_good_checkpoint_stands(
    base: Path, snapshot: Snapshot, small_disk: Path, tmp_path: Path
) -> None:
    config, whole = make_config(base), folder_in(tmp_path / "whole")
    with pytest.raises(DiskSpaceError) as raised:
        train(config, snapshot, small_disk, Filling(disk=small_disk))
    sentence = str(raised.value)
    assert sentence.startswith("The disk is full: the checkpoint of step 8 needs 0.1 MB in ")
    assert "has 0.0 MB free, so 0.1 MB are missing; step 4 is the last good checkpoint: free some space" in sentence
    assert [path.name for path in complete_checkpoints(small_disk)] == ["step-000004"]
    assert not list(small_disk.glob(".*"))
    (small_disk / "filler").unlink()
    train(config, snapshot, small_disk, ListLog())
    train(config, snapshot, whole, ListLog())
    assert_same_bits(whole, small_disk)


def test_a_loss_that_is_not_finite_names_the_products_of_its_batch(
    base: Path, snapshot: Snapshot, tmp_path: Path
) -> None:
    config = make_config(base, learning_rate=1e30, clip=1e30, warmup=5)
    with pytest.raises(TrainingError, match=r"at step \d+ is .*, in a batch of the products \d(, \d){3}; ") as raised:
        train(config, snapshot, tmp_path, ListLog())
    assert len(str(raised.value).splitlines()) == 1


def test_latents_that_are_not_finite_name_their_products(snapshot: Snapshot, tmp_path: Path) -> None:
    base = write_toy_base(tmp_path / "base")
    weights = base / "vae" / "diffusion_pytorch_model.safetensors"
    tensors = load_file(weights)
    weights.unlink()
    save_file({name: torch.full_like(t, torch.inf) for name, t in tensors.items()}, weights, {"format": "pt"})
    with pytest.raises(TrainingError, match=r"latents of the products 0, 1, .*, 9 are not finite, found before step 1"):
        train(make_config(base), snapshot, folder_in(tmp_path / "out"), ListLog())


def test_many_clipped_steps_in_a_row_are_one_warning(
    base: Path, snapshot: Snapshot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    steps = CLIPPED_IN_A_ROW + 5
    with caplog.at_level(logging.WARNING, "components"):
        train(make_config(base, steps=steps, checkpoint_every=steps, clip=1e-9), snapshot, tmp_path, ListLog())
    (record,) = [record for record in caplog.records if "clipped" in record.message]
    assert f"clipped in {CLIPPED_IN_A_ROW} steps in a row, until step {CLIPPED_IN_A_ROW} " in record.message
