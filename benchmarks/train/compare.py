"""Benchmarks: measures all ways to train with one size of base in one precision, on the CPU."""

import logging
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from benchmarks.train.bases import SIZES, config_of, draw_snapshot, write_base
from benchmarks.train.figures import Figures
from benchmarks.train.measure import Rounds, measure, peak_flops, peak_memory
from benchmarks.train.ways import OURS, Product, open_ways
from components.training.checkpoints import save_checkpoint
from components.training.diffusion.lora import save_adapter
from components.training.loop import training_state
from components.training.precision import PRECISIONS

CPU = torch.device("cpu")
WARM_UP = 1
SETTINGS = {"steps": 100, "checkpoint_every": 100, "warmup": 1, "learning_rate": 1e-3}


def compare(size: str, precision: str, steps: int) -> Figures:
    """Measure all ways with one size in one precision, in this process."""
    torch.set_num_threads(1)
    for library in ("diffusers", "transformers", "accelerate"):
        logging.getLogger(library).setLevel(logging.ERROR)
    shape, settings = SIZES[size], {**SETTINGS, "precision": precision}
    with TemporaryDirectory() as folder:
        place = Path(folder)
        config = config_of(shape, write_base(shape, place / "base"), settings)
        ways = open_ways(config, draw_snapshot(shape, place / "pictures", 3 * shape.batch), place / "training", CPU)
        costs = measure(ways, Rounds(WARM_UP, steps), CPU)
        ours = ways[OURS]
        assert isinstance(ours, Product)
        weight = _checkpoint_bytes(ours, place / "training")
    return Figures(size, precision, costs, peak_flops(PRECISIONS[precision], CPU), peak_memory(CPU), weight)


def _checkpoint_bytes(ours: Product, folder: Path) -> int:
    run = ours.run
    path = save_checkpoint(folder, training_state(run.training), lambda to: save_adapter(run.pipeline.unet, to))
    return _bytes(sorted(path.iterdir()))


def _bytes(files: Sequence[Path]) -> int:
    return sum(file.stat().st_size for file in files)
