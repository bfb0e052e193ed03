"""Benchmarks: prints which candidates reach the bar on real rows, in several partitions of them."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.product_attributes.rows import parted, read_rows
from benchmarks.product_attributes.scores import BAR_C2ST, BAR_PAIRS, REAL, Scores, mean_of, score_candidate
from components.recipes.product_attributes.candidates.settings import (
    AutoencoderSettings,
    LadderSettings,
    NetworkSettings,
)

DEFAULT = "independent,chow-liu-tree,chain,autoregressive,vae"


def main(
    table: Annotated[Path, typer.Option(help="A styles.csv in the Kaggle layout.", exists=True, dir_okay=False)],
    candidates: Annotated[str, typer.Option(help="Candidates, separated by commas.")] = DEFAULT,
    train: Annotated[int, typer.Option(help="Rows to fit to; all others are held out.")] = 31_000,
    rows: Annotated[int, typer.Option(help="Rows that each candidate generates.")] = 10_000,
    partitions: Annotated[int, typer.Option(help="Random partitions of the rows.")] = 3,
    epochs: Annotated[int, typer.Option(help="How often the networks see each row.")] = 12,
) -> None:
    """Print a table, and one JSON object with the figures as the last line."""
    network = {"width": 192, "epochs": epochs}
    settings = LadderSettings(autoregressive=NetworkSettings(**network), vae=AutoencoderSettings(**network))
    every = read_rows(table)
    typer.echo(f"{len(every):,} rows, {train:,} to train, {rows:,} generated, mean of {partitions} partitions\n")
    typer.echo(f"{'':<16}{'C2ST (lowest to highest)':>26}{'pairs':>8}{'columns':>9}{'valid':>8}{'repeated':>10}")
    found: dict[str, list[Scores]] = {}
    for name in (REAL, *candidates.split(",")):
        found[name] = [
            score_candidate(name, parted(every, train, seed), rows, settings, seed) for seed in range(partitions)
        ]
        typer.echo(_line(name, found[name]))
    typer.echo(json.dumps({name: [asdict(one) for one in scores] for name, scores in found.items()}))


def _line(name: str, scores: list[Scores]) -> str:
    mean, tells = mean_of(scores), [one.c2st for one in scores]
    reach = f"{mean.c2st:.3f} ({min(tells):.3f} to {max(tells):.3f})"
    numbers = f"{reach:>26}{mean.pairs:>8.3f}{mean.columns:>9.3f}{mean.valid:>8.1%}{mean.repeated:>10.1%}"
    if name == REAL:
        return f"{name:<16}{numbers}"
    bar = "reaches" if mean.reaches_the_bar else "misses"
    return f"{name:<16}{numbers}  {bar} the bar of {BAR_C2ST} and {BAR_PAIRS}"


if __name__ == "__main__":
    typer.run(main)
