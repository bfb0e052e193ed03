"""Tests: the validation loss is the same each time, ends a training, and saves the best checkpoint from the limit."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from components.core.records import Snapshot
from components.data.snapshots import picture_path
from components.recipes.product_images.train.train import train
from components.training.progress import Progress, read_progress, write_progress
from tests.components.recipes.product_images.toy_model import ListLog, make_config
from tests.components.recipes.product_images.train.killable import assert_same_bits, folder_in

STEPS = [2, 4, 6, 8, 10, 12]


@pytest.fixture(scope="module")
def split(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The toy's snapshot, with held-out products of another colour."""
    folder = tmp_path_factory.mktemp("split")
    found = replace(snapshot, folder=folder, splits={"train": snapshot.splits["train"]})
    for part, examples in [("train", snapshot.splits["train"]), ("validation", snapshot.splits["train"][:3])]:
        found = replace(found, splits={**found.splits, part: examples})
        for number, example in enumerate(examples):
            path = picture_path(found, part, example)
            path.parent.mkdir(parents=True, exist_ok=True)
            colour = "white" if part == "validation" else ("red", "green", "blue")[number % 3]
            Image.new("RGB", (32, 32), colour).save(path)
    return found


def losses(log: ListLog) -> dict[int, float]:
    return {step: values["validation_loss"] for step, values in log.logged if "validation_loss" in values}


def test_the_validation_loss_of_each_checkpoint_is_logged_and_does_not_change_the_training(
    base: Path, split: Snapshot, snapshot: Snapshot, tmp_path: Path
) -> None:
    with_loss, without = folder_in(tmp_path / "with"), folder_in(tmp_path / "without")
    first, again = ListLog(), ListLog()
    train(make_config(base), split, with_loss, first)
    assert list(losses(first)) == [4, 8, 12]
    assert all(loss > 0 for loss in losses(first).values())
    train(make_config(base), snapshot, without, ListLog())
    assert_same_bits(with_loss, without)

    (with_loss / "progress.json").unlink()
    (with_loss / "validation" / "step-000008.png").unlink()  # so that it is not complete
    train(make_config(base), split, with_loss, again)
    assert losses(again) == losses(first)


def test_an_early_stop_ends_the_training_and_another_call_trains_nothing(
    base: Path, split: Snapshot, tmp_path: Path
) -> None:
    settings = {"checkpoint_every": 2, "early_stop_patience": 2}
    write_progress(tmp_path, Progress({2: 0.0}))  # no later checkpoint is better
    found = [checkpoint.step for checkpoint in train(make_config(base, **settings), split, tmp_path, ListLog())]
    assert found == [2, 4, 6]
    assert list(read_progress(tmp_path).losses) == [2, 4, 6]
    log = ListLog()
    assert [checkpoint.step for checkpoint in train(make_config(base, **settings), split, tmp_path, log)] == found
    assert not log.logged


def test_a_limit_keeps_the_newest_checkpoints_and_the_best_one(base: Path, split: Snapshot, tmp_path: Path) -> None:
    limited, whole = folder_in(tmp_path / "limited"), folder_in(tmp_path / "whole")
    every = {"checkpoint_every": 2}
    kept = train(make_config(base, **every, checkpoints_total_limit=2), split, limited, ListLog())
    found = [checkpoint.step for checkpoint in kept]
    known = read_progress(limited).losses
    assert list(known) == STEPS
    assert set(found) == {10, 12, min(known, key=lambda step: known[step])}
    assert sorted(path.name for path in limited.glob("step-*")) == [f"step-{step:06d}" for step in found]

    every_one = {c.step: c.digest for c in train(make_config(base, **every), split, whole, ListLog())}
    assert {checkpoint.step: checkpoint.digest for checkpoint in kept}.items() <= every_one.items()
    log = ListLog()
    train(make_config(base, **every, checkpoints_total_limit=2), split, limited, log)
    assert not log.logged
