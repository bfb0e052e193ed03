"""Benchmarks: times a training step of the product against the usual loops, in CPU seconds of one thread.

Seconds are medians after a warm-up. `ours is` tells how many times as fast the product is, `of peak` the share of the
operations a second of a matrix product, `kept MB` what the forward pass keeps for the backward pass.
"""

import json
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import Annotated

import typer

from benchmarks.train.bases import SIZES
from benchmarks.train.compare import compare
from benchmarks.train.figures import table

PRECISIONS = ("fp32", "bf16")
ALLOWED = f"one of {', '.join(SIZES)}, and {' or '.join(PRECISIONS)}"
DEFAULT = "tiny fp32, sd15 fp32, sd15 bf16"


def main(
    size: Annotated[str, typer.Option(help=f"Sizes, each with a precision ({ALLOWED}).")] = DEFAULT,
    steps: Annotated[int, typer.Option(min=1, help="Timed steps of each way, after one that is not.")] = 5,
) -> None:
    """Print a table for each size, and one JSON object as the last line. Exit with 1 if an aim is missed."""
    found = []
    for name, precision in map(_size_and_precision, size.split(",")):
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:  # each has its own peak of memory
            figures = process.submit(compare, name, precision, steps).result()
        typer.echo("\n".join(table(figures)))
        found.append(figures)
    reached = all(figures.fast_enough and figures.same_losses for figures in found)
    typer.echo(json.dumps({"measured": [figures.as_json() for figures in found], "aims_reached": reached}))
    sys.exit(0 if reached else 1)


def _size_and_precision(words: str) -> tuple[str, str]:
    """Return the two words of a size; a size alone is in fp32.

    Raises:
        BadParameter: the size or the precision is unknown.
    """
    name, _, precision = words.strip().partition(" ")
    if name not in SIZES or precision not in {"", *PRECISIONS}:
        raise typer.BadParameter(f"{words.strip()!r} was found, expected {ALLOWED}")
    return name, precision or "fp32"


if __name__ == "__main__":
    typer.run(main)
