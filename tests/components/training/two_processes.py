"""Tests: a training in one of several processes, started by `torchrun`, as `accelerate launch` does it too.

Each process writes its losses and the number of pictures that it encoded. With the number of a step, the last process
asks itself to end there.
"""

import json
import os
import signal
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.train.train import train
from flows.interruption import GO_ON_LATER, Deferred, defer_interruption, saved
from tests.components.recipes.product_images.toy_model import ListLog, make_config, make_snapshot
from tests.components.recipes.product_images.train.test_latent_cache import counted_calls


@dataclass
class Interrupted(ListLog):
    """A log that sends SIGTERM to this process at one step of the training; 0 for none."""

    at: int = 0

    def defer_interruption(self) -> AbstractContextManager[Deferred]:
        return defer_interruption()

    def progress(self, what: str, done: int, total: int) -> None:
        super().progress(what, done, total)
        if (what, done) == ("train", self.at):
            signal.raise_signal(signal.SIGTERM)


def end(number: int, frame: Any) -> None:
    os.write(1, f"process {rank()} ended with {saved()} saved\n".encode())
    os._exit(GO_ON_LATER)


def rank() -> int:
    return int(os.environ.get("RANK", "0"))


def main(base: str, folder: str, at: str = "0") -> None:
    torch.set_num_threads(1)
    place = Path(folder)
    config = make_config(base, steps=6, checkpoint_every=3, batch=2, accumulation=4)
    is_last = rank() == int(os.environ.get("WORLD_SIZE", "1")) - 1
    snapshot, log = make_snapshot(place / f"snapshot-{rank()}"), Interrupted(at=int(at) if is_last else 0)
    signal.signal(signal.SIGTERM, end)
    with counted_calls(open_base(config)) as calls:
        train(config, snapshot, place / "training", log)
    found = {"losses": [values["loss"] for _, values in log.logged], "encoded": calls["pictures"]}
    (place / f"process-{rank()}.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
