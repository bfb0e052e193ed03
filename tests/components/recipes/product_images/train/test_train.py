"""Tests: a training saves checkpoints and pictures, and ends with the same bits however often it is killed."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
import torch
from PIL import Image

from components.core.errors import CheckpointError, DataError, DiskSpaceError, TrainingError
from components.core.records import Snapshot
from components.recipes.product_images.config import TrainSettings
from components.recipes.product_images.generate.base_folder import base_folder
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.generate.generate import generate_pictures
from components.recipes.product_images.train.train import space_needed, train
from components.training.checkpoints import complete_checkpoints
from components.training.diffusion.lora import swap_adapter
from components.training.interval import checkpoint_steps
from tests import ROOT
from tests.components.recipes.product_images.toy_model import TRAIN, ListLog, make_config, train_and_report
from tests.components.recipes.product_images.train.killable import (
    assert_same_bits,
    bits,
    folder_in,
    run_until,
)
from tests.components.training.toy_base import write_toy_base


def test_a_training_saves_a_checkpoint_and_a_validation_picture_at_each_checkpoint_step(
    base: Path, snapshot: Snapshot, tmp_path: Path
) -> None:
    log = ListLog()
    checkpoints = train(make_config(base), snapshot, tmp_path, log)
    assert [checkpoint.step for checkpoint in checkpoints] == [4, 8, 12]
    assert len({checkpoint.digest for checkpoint in checkpoints}) == 3
    assert {checkpoint.base_model for checkpoint in checkpoints} == {str(base)}
    for checkpoint in checkpoints:
        assert {path.name for path in checkpoint.folder.iterdir()} == {
            "pytorch_lora_weights.safetensors",
            "state.json",
            "state.safetensors",
        }
        with Image.open(tmp_path / "validation" / f"step-{checkpoint.step:06d}.png") as picture:
            picture.verify()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "step-000004",
        "step-000008",
        "step-000012",
        "training.json",
        "validation",
    ]


def test_each_step_is_logged(base: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    log = ListLog()
    train(make_config(base), snapshot, tmp_path, log)
    assert [step for step, _ in log.logged] == list(range(1, 13))
    assert all(
        set(values) == {"loss", "learning_rate", "gradient_norm", "images_per_second", "memory_gb"}
        for _, values in log.logged
    )
    assert ("train", 12, 12) in log.done
    assert max(values["learning_rate"] for _, values in log.logged) == pytest.approx(0.01)


def test_a_finished_training_returns_at_once(base: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    first = train(make_config(base), snapshot, tmp_path, ListLog())
    log, started = ListLog(), time.perf_counter()
    assert train(make_config(base), snapshot, tmp_path, log) == first
    assert time.perf_counter() - started < 1
    assert not log.logged
    assert not log.done


@pytest.mark.parametrize("lost", [4, 8, 12])
def test_a_lost_checkpoint_alone_is_trained_again_to_the_same_bits(
    base: Path, snapshot: Snapshot, tmp_path: Path, lost: int
) -> None:
    first = train(make_config(base), snapshot, tmp_path, ListLog())
    shutil.rmtree(tmp_path / f"step-{lost:06d}")
    log = ListLog()
    assert train(make_config(base), snapshot, tmp_path, log) == first
    assert [step for step, _ in log.logged] == [lost - 3, lost - 2, lost - 1, lost]


def test_a_damaged_newest_checkpoint_is_set_aside_and_trained_again(
    base: Path, snapshot: Snapshot, tmp_path: Path
) -> None:
    whole, damaged = folder_in(tmp_path / "whole"), folder_in(tmp_path / "damaged")
    train(make_config(base), snapshot, whole, ListLog())
    train(make_config(base), snapshot, damaged, ListLog())
    path = damaged / "step-000012" / "state.safetensors"
    path.write_bytes(path.read_bytes()[:-7])
    train(make_config(base), snapshot, damaged, ListLog())
    assert (damaged / ".bad-step-000012-1").is_dir()
    assert_same_bits(whole, damaged)


@pytest.mark.slow  # the trials below, which are part of every run, do the first one with fewer kills
@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({}, id="adamw"),
        pytest.param(
            {"optimizer": "adamw8bit", "accumulation": 2, "lora": {"rank": 2, "alpha": 6, "dropout": 0.2}},
            id="adamw8bit with accumulation and dropout",
        ),
    ],
)
def test_a_training_killed_at_random_moments_ends_with_the_same_bits(
    base: Path, snapshot: Snapshot, tmp_path: Path, children: ForkServerContext, settings: dict[str, object]
) -> None:
    config = make_config(base, steps=18, checkpoint_every=3, **settings)
    whole, killed = folder_in(tmp_path / "whole"), folder_in(tmp_path / "killed")
    run_until(children, config, snapshot, whole, None)
    chance = random.Random(7)
    kills = 0
    while kills < 4 and not run_until(children, config, snapshot, killed, chance):
        kills += 1
    run_until(children, config, snapshot, killed, None)
    assert kills >= 2
    assert_same_bits(whole, killed)


@pytest.mark.parametrize("kills", [6, pytest.param(1000, marks=pytest.mark.slow)])
def test_a_training_survives_many_kills_and_truncated_checkpoints(kills: int) -> None:
    command = [sys.executable, "-m", "tests.components.recipes.product_images.train.kill_trials", str(kills)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "weights and moments equal bit by bit in every training" in done.stdout


def test_an_interrupted_training_leaves_complete_checkpoints_alone(
    base: Path, snapshot: Snapshot, tmp_path: Path, children: ForkServerContext
) -> None:
    ours, theirs = children.Pipe(duplex=False)
    config = make_config(base, steps=400, checkpoint_every=4)
    process = children.Process(target=train_and_report, args=(config, snapshot, tmp_path, theirs))
    process.start()
    while ours.recv() != ("train", 10, 400):
        continue
    os.kill(process.pid or 0, signal.SIGINT)
    process.join()
    names = {path.name for path in tmp_path.iterdir()}
    assert {"step-000004", "step-000008"} <= names
    assert not any(name.startswith(".") for name in names)
    assert [path.name for path in complete_checkpoints(tmp_path)] == sorted(names - {"training.json", "validation"})


def test_pictures_of_the_pipeline_that_trained_are_those_of_a_freshly_loaded_one(
    base: Path, snapshot: Snapshot, tmp_path: Path
) -> None:
    config = make_config(base)
    last = train(config, snapshot, tmp_path, ListLog())[-1]
    trained = open_base(config)
    swap_adapter(trained, last)
    ours = generate_pictures(trained, ["red shoes"], [3], config.sampling)

    open_base_again = type(trained).from_pretrained(base_folder(config.base), safety_checker=None)
    open_base_again.scheduler = trained.scheduler
    bare = generate_pictures(open_base_again, ["red shoes"], [3], config.sampling)
    open_base_again.load_lora_weights(last.folder)
    fresh = generate_pictures(open_base_again, ["red shoes"], [3], config.sampling)

    assert int((ours.int() - fresh.int()).abs().max()) <= 1
    assert not torch.equal(fresh, bare)


def test_training_lowers_the_loss(base: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    log = ListLog()
    train(make_config(base, steps=60, checkpoint_every=60, caption_dropout=0.0), snapshot, tmp_path, log)
    losses = [values["loss"] for _, values in log.logged]
    assert sum(losses[-15:]) < 0.97 * sum(losses[:15])


def test_a_base_that_predicts_velocities_is_trained_on_velocities(snapshot: Snapshot, tmp_path: Path) -> None:
    found = {}
    for prediction in ("epsilon", "v_prediction"):
        base = write_toy_base(tmp_path / prediction, prediction=prediction)  # of the same weights
        (last,) = train(make_config(base, steps=4), snapshot, folder_in(tmp_path / f"{prediction}-out"), ListLog())
        found[prediction] = last.digest
    assert found["epsilon"] != found["v_prediction"]


def test_a_loss_that_is_not_finite_names_the_step_and_the_last_good_checkpoint(
    base: Path, snapshot: Snapshot, tmp_path: Path
) -> None:
    config = make_config(base, learning_rate=1e30, clip=1e30, warmup=5)
    with pytest.raises(TrainingError, match=r"at step \d+ is .*; (step 4 is the last good|there is no) checkpoint"):
        train(config, snapshot, tmp_path, ListLog())


def test_a_train_split_smaller_than_a_batch_is_an_error(base: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="10 examples, expected at least one batch of 64"):
        train(make_config(base, batch=64), snapshot, tmp_path, ListLog())


def test_a_step_of_more_than_one_epoch_is_an_error_and_one_that_crosses_epochs_is_none(
    base: Path, snapshot: Snapshot, tmp_path: Path
) -> None:
    sentence = "accumulation is 3, and the train split has 2 batches of 4, expected a step of at most one epoch"
    with pytest.raises(DataError, match=sentence):
        train(make_config(base, accumulation=3), snapshot, tmp_path, ListLog())
    train(make_config(base, steps=4, batch=3, accumulation=2), snapshot, tmp_path, ListLog())  # of 3 batches an epoch


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"batch": 2}, r"\(train.batch was 4 and is 2\)"),
        (
            {"learning_rate": 0.02, "lora": {"rank": 4, "alpha": 6}},
            "train.learning_rate was 0.01 and is 0.02; train.lo",
        ),
        ({}, r"\(snapshot was 0123456789ab and is ba9876543210\)"),
    ],
)
def test_a_training_is_not_resumed_with_other_settings_or_another_snapshot(
    base: Path, snapshot: Snapshot, tmp_path: Path, change: dict[str, object], sentence: str
) -> None:
    train(make_config(base, steps=4), snapshot, tmp_path, ListLog())
    other = snapshot if change else replace(snapshot, digest="ba9876543210")
    with pytest.raises(CheckpointError, match=sentence):
        train(make_config(base, **{"steps": 4, **change}), other, tmp_path, ListLog())


def test_a_training_is_not_resumed_on_another_base_model(base: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    folder = folder_in(tmp_path / "out")
    train(make_config(base, steps=4), snapshot, folder, ListLog())
    other = write_toy_base(tmp_path / "base", prediction="v_prediction")
    with pytest.raises(CheckpointError, match=r"\(base model was [0-9a-f]{12} and is [0-9a-f]{12}\)"):
        train(make_config(other, steps=4), snapshot, folder, ListLog())


def test_a_disk_that_is_too_small_is_an_error_before_anything_is_written(
    base: Path, snapshot: Snapshot, tmp_path: Path
) -> None:
    config = make_config(base, steps=10**9, checkpoint_every=1)  # a checkpoint at each of a billion steps
    with pytest.raises(DiskSpaceError, match="Training toy needs"):
        train(config, snapshot, tmp_path, ListLog())
    assert list(tmp_path.iterdir()) == []


def test_the_space_needed_is_what_is_written_and_not_much_more(base: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    settings = TrainSettings.model_validate(TRAIN)
    train(make_config(base), snapshot, tmp_path, ListLog())
    written = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    parameters = sum(
        tensor.numel() for tensor in bits(tmp_path)["step-000012/pytorch_lora_weights.safetensors"].values()
    )
    assert written < space_needed(settings, parameters, 10, 4 * (2 * 4 * 16 + 16 * 32)) < written + 4_000_000


def test_the_last_step_is_always_a_checkpoint() -> None:
    assert list(checkpoint_steps(steps=10, every=4)) == [4, 8, 10]


def test_the_state_is_plain_numbers_and_tensors(base: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    last = train(make_config(base, steps=4), snapshot, tmp_path, ListLog())[-1]
    content = json.loads((last.folder / "state.json").read_text())
    assert (content["step"], sorted(content["digests"])) == (
        4,
        ["pytorch_lora_weights.safetensors", "state.safetensors"],
    )
