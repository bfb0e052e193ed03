"""Tests: SIGKILL of a toy training at random moments: `make test-kill-training`.

Trainings are forked from this process, which has loaded everything, so that a trial takes a fraction of a second. Each
is killed and started again until it ends by itself. After some kills the newest checkpoint is truncated.
"""

import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import torch

from components.core.records import Snapshot
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.train.train import train
from components.training.checkpoints import complete_checkpoints
from tests.components.recipes.product_images.toy_model import ListLog, make_config, make_snapshot
from tests.components.recipes.product_images.train.killable import assert_same_bits, folder_in
from tests.components.training.toy_base import write_toy_base

STEPS, INTERVAL = 9, 3
TRUNCATED = 0.2  # share of kills after which the newest checkpoint is truncated
LEFT = {"progress.json", "training.json", "validation"}


@dataclass
class Counts:
    trainings: int = 0
    kills: int = 0
    truncated: int = 0
    redone: int = 0  # the most steps that were done twice after a kill
    redone_truncated: int = 0  # the same after a kill and a truncation


@dataclass
class Told(ListLog):
    """A log that writes each step to a pipe."""

    pipe: int = 0

    def metrics(self, values: object, step: int) -> None:
        os.write(self.pipe, bytes([step]))


def attempt(config: ProductImagesConfig, snapshot: Snapshot, folder: Path, seconds: float) -> tuple[bytes, bool]:
    """Train in a fork, and kill it after so many seconds; return the steps it told, and whether it ended by itself."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        with suppress(BaseException):
            os.close(ours)
            train(config, snapshot, folder, Told(pipe=theirs))
            os._exit(0)
        os._exit(1)
    os.close(theirs)
    steps, until = b"", time.monotonic() + seconds
    while select.select([ours], [], [], max(0.0, until - time.monotonic()))[0] and (more := os.read(ours, 1)):
        steps += more
    if time.monotonic() >= until:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    while more := os.read(ours, 4096):
        steps += more
    os.close(ours)
    assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL), "the training failed"
    return steps, status == 0


def truncate_newest(folder: Path, chance: random.Random) -> bool:
    """Cut bytes off a file of the newest checkpoint; return whether there was one."""
    found = complete_checkpoints(folder) if folder.is_dir() else []
    if not found:
        return False
    file = chance.choice(sorted(found[-1].iterdir()))
    os.truncate(file, chance.randrange(file.stat().st_size))
    return True


def run_training(
    config: ProductImagesConfig, snapshot: Snapshot, folder: Path, seconds: float, chance: random.Random
) -> Counts:
    """Train, killed again and again, until it ends by itself."""
    counts, reached, truncated = Counts(trainings=1), 0, False
    while True:
        steps, ended = attempt(config, snapshot, folder, chance.uniform(0, seconds))
        redone = reached - (steps[0] - 1) if steps else 0
        if truncated:
            counts.redone_truncated = max(counts.redone_truncated, redone)
        else:
            counts.redone = max(counts.redone, redone)
        if ended:
            return counts
        counts.kills += 1
        reached, truncated = (steps[-1], False) if steps else (reached, truncated)
        # Once until a step is trained again: each truncation costs one interval more.
        if not truncated and chance.random() < TRUNCATED and truncate_newest(folder, chance):
            truncated = True
            counts.truncated += 1


def check(whole: Path, killed: Path) -> None:
    """Raise AssertionError unless all checkpoints are equal bit by bit, and nothing else is left."""
    assert_same_bits(whole, killed)
    left = {path.name for path in killed.iterdir() if not path.name.startswith((".bad-", "step-"))}
    assert left <= LEFT, left
    assert not list(killed.rglob(".unfinished-*"))


def run(kills: int, place: Path) -> Counts:
    """Run trainings until there were so many kills; return the sums, and the largest numbers of steps done twice."""
    torch.set_num_threads(1)
    # The estimate of the memory for activations would take half of the time of a training.
    settings = {"steps": STEPS, "checkpoint_every": INTERVAL, "gradient_checkpointing": False}
    config = make_config(write_toy_base(place / "base"), **settings)
    snapshot, whole, sums = make_snapshot(place / "snapshot"), folder_in(place / "whole"), Counts()
    open_base(config)
    began = time.monotonic()
    attempt(config, snapshot, whole, 600.0)
    seconds = time.monotonic() - began
    while sums.kills < kills:
        folder = folder_in(place / "killed")
        found = run_training(config, snapshot, folder, seconds, random.Random(sums.trainings))
        check(whole, folder)
        shutil.rmtree(folder)
        sums = Counts(
            sums.trainings + 1,
            sums.kills + found.kills,
            sums.truncated + found.truncated,
            max(sums.redone, found.redone),
            max(sums.redone_truncated, found.redone_truncated),
        )
    assert sums.redone <= INTERVAL, sums
    assert sums.redone_truncated <= 2 * INTERVAL, sums
    return sums


def main() -> None:
    kills, began = int(sys.argv[1]), time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        found = run(kills, Path(place))
    sys.stdout.write(
        f"{found.kills} kills in {found.trainings} trainings, the newest checkpoint truncated after {found.truncated}: "
        f"weights and moments equal bit by bit in every training, at most {found.redone} of {INTERVAL} steps of an "
        f"interval done twice ({found.redone_truncated} after a truncation), nothing left over; "
        f"{time.monotonic() - began:.0f} s.\n"
    )


if __name__ == "__main__":
    main()
