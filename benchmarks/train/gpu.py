"""Benchmarks: training steps of Stable Diffusion 1.5's shape at 512 px on CUDA, by batch, compiled or not.

The weights are random, and the plain loop is measured in the same run: VAE, text encoder and gradient checkpointing in
each step, as in `benchmarks/train/usual.py`.
"""

import gc
import json
import logging
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import torch
import typer

from benchmarks.train.bases import SIZES, Size, config_of, draw_snapshot, write_base
from benchmarks.train.measure import Rounds, measure, peak_flops, peak_memory, take_steps
from benchmarks.train.ways import OURS, USUAL, Way, open_product, open_usual
from components.core.records import Snapshot
from components.recipes.product_images.example import ProductImage

COMPILED = f"{OURS}, compiled"
BATCH, STEPS, MINUTES = 16, 3000, 6.0  # the aim on an H200: so many steps of this batch in at most so many minutes
SETTINGS = {"steps": 1000, "checkpoint_every": 1000, "warmup": 1, "learning_rate": 1e-4, "precision": "bf16"}
COLUMNS = ("steps/s", "pictures/s", "of peak", "GB")


@dataclass(frozen=True)
class Row:
    """The speed of one way with one batch; without figures if it does not fit into the memory."""

    way: str
    batch: int
    steps_per_second: float = 0.0
    share_of_peak: float = 0.0
    memory_gb: float = 0.0

    @property
    def fits(self) -> bool:
        return self.steps_per_second > 0


@dataclass(frozen=True)
class Sweep:
    size: Size
    batches: Sequence[int]
    compiled: bool  # whether the product is measured compiled too
    rounds: Rounds
    device: torch.device


def main(
    batches: Annotated[str, typer.Option(help="Sizes of batches.")] = "1,2,4,8,16,32,64",
    compiled: Annotated[bool, typer.Option("--compiled/--not-compiled", help="Measure torch.compile too.")] = True,
    steps: Annotated[int, typer.Option(min=1, help="Timed steps of each way.")] = 10,
) -> None:
    """Print a row a way and batch as it is measured, and one JSON object as the last line."""
    if not torch.cuda.is_available():
        typer.echo("No CUDA device was found, so nothing was measured: run this on a machine with an NVIDIA GPU.")
        sys.exit(1)
    logging.getLogger("diffusers").setLevel(logging.ERROR)
    device, size = torch.device("cuda"), replace(SIZES["sd15"], side=512)
    sweep = Sweep(size, [int(batch) for batch in batches.split(",")], compiled, Rounds(3, steps), device)
    peak = peak_flops(torch.bfloat16, device)
    typer.echo(f"{torch.cuda.get_device_name(device)}, torch {torch.__version__}, {peak / 1e12:,.0f} bf16 TFLOP/s")
    typer.echo(f"{'':<20}{'batch':>6}" + "".join(f"{name:>12}" for name in COLUMNS))
    rows = []
    with TemporaryDirectory() as folder:
        for row in run_sweep(sweep, peak, Path(folder)):
            typer.echo(line_of(row))
            rows.append(row)
    figures = figures_of(rows, peak)
    typer.echo(json.dumps(figures | {"device": torch.cuda.get_device_name(device)}))
    sys.exit(0 if figures["aim_reached"] in (True, None) else 1)


def run_sweep(sweep: Sweep, peak: float, folder: Path) -> Iterator[Row]:
    """Yield a row for each way and batch: the product, the product compiled, and the plain loop."""
    base = write_base(sweep.size, folder / "base")
    snapshot = draw_snapshot(sweep.size, folder / "pictures", max(sweep.batches))
    ways = (OURS, COMPILED, USUAL) if sweep.compiled else (OURS, USUAL)
    flops: dict[int, int] = {}  # of a step of the product, by batch
    for batch, way in product(sweep.batches, ways):
        settings = {**SETTINGS, "gradient_checkpointing": "auto", "compile": way == COMPILED, "batch": batch}
        opened = _opener(way, base, snapshot, settings, sweep)
        try:
            row = _row(way, opened(folder / f"{way}-{batch}"), flops, batch, sweep)
        except torch.OutOfMemoryError:
            row = Row(way, batch)
        yield replace(row, share_of_peak=row.share_of_peak / peak)
        _forget(sweep.device)


def figures_of(rows: Sequence[Row], peak: float) -> dict[str, object]:
    """Return what was measured, and whether the aim is reached; None if its batch was not measured."""
    found = [row.steps_per_second for row in rows if row.batch == BATCH and row.way != USUAL and row.fits]
    minutes = STEPS / max(found) / 60 if found else None
    reached = None if minutes is None else minutes <= MINUTES
    measured = [asdict(row) | {"pictures_per_second": row.steps_per_second * row.batch} for row in rows]
    return {"measured": measured, "peak_flops": peak, "minutes_of_3000_steps": minutes, "aim_reached": reached}


def line_of(row: Row) -> str:
    start = f"{row.way:<20}{row.batch:>6}"
    if not row.fits:
        return f"{start}  does not fit into the memory"
    pictures = row.steps_per_second * row.batch
    return f"{start}{row.steps_per_second:>12.2f}{pictures:>12.1f}{row.share_of_peak:>12.0%}{row.memory_gb:>12.1f}"


def _opener(
    way: str, base: Path, snapshot: Snapshot[ProductImage], settings: Mapping[str, object], sweep: Sweep
) -> Callable[[Path], Way]:
    config = config_of(sweep.size, base, settings)

    def opened(folder: Path) -> Way:
        ours = open_product(config, snapshot, folder)
        return open_usual(config, snapshot, ours.unet, sweep.device)(USUAL) if way == USUAL else ours

    return opened


def _row(name: str, way: Way, flops: dict[int, int], batch: int, sweep: Sweep) -> Row:
    """Return a row, whose share is still operations a second.

    Operations are not counted inside a compiled UNet: they are those of the one that is not, kept in `flops`.
    """
    if sweep.device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(sweep.device)
    if name == COMPILED:
        spent = take_steps({name: way}, sweep.rounds, sweep.device)[0][name]
        done = flops.get(batch, 0)
    else:
        cost = measure({name: way}, sweep.rounds, sweep.device)[name]
        spent, done = cost.seconds, cost.flops
    if name == OURS:
        flops[batch] = done
    return Row(name, batch, 1 / spent, done / spent, peak_memory(sweep.device) / 1e9)


def _forget(device: torch.device) -> None:
    gc.collect()
    if device.type == "cuda":
        torch.compiler.reset()
        torch.cuda.empty_cache()


if __name__ == "__main__":
    typer.run(main)
