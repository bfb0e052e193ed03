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

from benchmarks.train.compare import compare
from benchmarks.train.figures import table


def main(
    only: Annotated[str, typer.Option(help="Sizes and precisions.")] = "tiny fp32, sd15 fp32, sd15 bf16",
    steps: Annotated[int, typer.Option(min=1, help="Timed steps of each way, after one that is not.")] = 5,
) -> None:
    """Print a table for each size, and one JSON object as the last line. Exit with 1 if an aim is missed."""
    found = []
    for size, precision in (name.split() for name in only.split(",")):
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:  # each has its own peak of memory
            figures = process.submit(compare, size, precision, steps).result()
        typer.echo("\n".join(table(figures)))
        found.append(figures)
    reached = all(figures.fast_enough and figures.same_losses for figures in found)
    typer.echo(json.dumps({"measured": [figures.as_json() for figures in found], "aims_reached": reached}))
    sys.exit(0 if reached else 1)


if __name__ == "__main__":
    typer.run(main)
