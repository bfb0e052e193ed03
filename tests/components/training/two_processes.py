"""Tests: a training in one of several processes, started by `torchrun`, as `accelerate launch` does it too.

Each process writes its losses and the number of pictures that it encoded.
"""

import json
import os
import sys
from pathlib import Path

import torch

from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.train.train import train
from tests.components.recipes.product_images.toy_model import ListLog, make_config, make_snapshot
from tests.components.recipes.product_images.train.test_latent_cache import counted_calls


def main(base: str, folder: str) -> None:
    torch.set_num_threads(1)
    place = Path(folder)
    config = make_config(base, steps=6, checkpoint_every=3, batch=2, accumulation=4)
    snapshot, log = make_snapshot(place / f"snapshot-{os.environ.get('RANK', '0')}"), ListLog()
    with counted_calls(open_base(config)) as calls:
        train(config, snapshot, place / "training", log)
    rank = torch.distributed.get_rank() if torch.distributed.is_initialized() else 0
    found = {"losses": [values["loss"] for _, values in log.logged], "encoded": calls["pictures"]}
    (place / f"process-{rank}.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
