"""Tests: the toy recipe with outputs that are generated again, weighed on a scale that a test can bend."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from components.core.monitored import Regenerated
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from components.metrics.comparison import Pair, compare_means
from tests import toys

SCALE = "scale"  # in the folder of the caches: by how many grams too much it shows, as a changed library would


def regenerate(
    config: toys.Config,
    checkpoint: Checkpoint,
    snapshot: toys.Fruits,
    before: Mapping[str, Any] | None,
    cache: Path,
    log: RunLog,
) -> Regenerated:
    """Sort the first fruits of the validation split again; `before` was sorted with a good scale."""
    fruits, scale = snapshot.splits["validation"][: config.monitor.outputs], cache / SCALE
    more = float(scale.read_text()) if before is not None and scale.is_file() else 0.0
    sorter = toys.load(config, checkpoint)
    kinds = [sorter.predict(toys.Grams(grams=round(fruit["grams"] + more))).kind for fruit in fruits]
    right = [float(kind == fruit["kind"]) for kind, fruit in zip(kinds, fruits, strict=True)]
    if before is None:
        return Regenerated({"right": right})
    now, then = (torch.tensor(values) for values in (right, before["right"]))
    pair = Pair("accuracy", "now", "before")
    return Regenerated(
        {"right": right}, [compare_means(pair, now, then, torch.arange(len(now)), config.seed, toys.SCORES)]
    )


RECIPE = replace(toys.RECIPE, regenerate=regenerate)
