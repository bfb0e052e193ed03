"""Benchmarks: `make ablations`: what each option of the loss is worth on a real catalogue, paired by seed and data.

Each row is a training of the same snapshot with one option on. A switch pays if its score is better than that of the
plain training by more than the scores of plain trainings with other seeds differ from each other.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from typing import Annotated, Any

import typer

from benchmarks.prove.stages import Done, Stage, run_stage

MODEL = "shoes-64"
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "plain": (),
    "Min-SNR, gamma 5": ("train.min_snr_gamma=5",),
    "background 0.3": ("train.background_weight=0.3",),
    "noise offset 0.05": ("train.noise_offset=0.05",),
    "random flip": ("train.random_flip=true",),
    "rank 16": ("train.lora={rank: 16, alpha: 32}",),
    "rank 4": ("train.lora={rank: 4, alpha: 8}",),
    "dropout 0.1": ("train.lora={rank: 8, alpha: 16, dropout: 0.1}",),
    "feed-forward too": ("train.lora={rank: 8, alpha: 16, targets: [to_q, to_k, to_v, to_out.0, ff.net.0.proj]}",),
}


@dataclass(frozen=True, slots=True)
class Row:
    """The best version of one training by KID, and all validation losses, mean over seeds."""

    option: str
    seeds: int
    kid: float  # lower is better
    spread: float  # half the distance between the lowest and the highest KID of the seeds
    scores: Mapping[str, float]
    seconds: float


def main(
    catalogue: Annotated[str, typer.Option(help="A folder in the Kaggle layout.")],
    steps: Annotated[int, typer.Option(help="Optimizer steps of each training; the checkpoints are two.")] = 300,
    pictures: Annotated[int, typer.Option(help="Pictures that each version is scored on.")] = 256,
    seeds: Annotated[int, typer.Option(min=1, help="Trainings of each row.")] = 2,
    only: Annotated[list[str] | None, typer.Option(help="Rows to run, by name; all by default.")] = None,
    home: Annotated[Path, typer.Option(help="The scratch home. Finished trainings in it are reused.")] = Path(
        "build/ablations"
    ),
) -> None:
    """Train and score each option; print a Markdown table, and one JSON object as the last line."""
    os.environ["ATELIER_HOME"] = str(home.absolute())
    fixed = [f"train.steps={steps}", f"train.checkpoint_every={steps // 2}", f"evaluate.pictures={pictures}"]
    _run(Stage("ingest", ["ingest", MODEL, "--catalogue", catalogue, "--json"]), home)
    rows = [_row(name, OPTIONS[name], fixed, seeds, home) for name in only or OPTIONS]
    typer.echo(_table(rows))
    typer.echo(json.dumps([{**vars_of(row)} for row in rows]))


def _row(name: str, option: Sequence[str], fixed: Sequence[str], seeds: int, home: Path) -> Row:
    found = [_trained(name, [*fixed, *option, f"seed={42 + number}"], home) for number in range(seeds)]
    kids = [row.kid for row in found]
    scores = {key: mean(row.scores[key] for row in found) for key in found[0].scores}
    seconds = sum(row.seconds for row in found)
    return replace(
        found[0], seeds=seeds, kid=mean(kids), spread=(max(kids) - min(kids)) / 2, scores=scores, seconds=seconds
    )


def _trained(name: str, changes: Sequence[str], home: Path) -> Row:
    sets = [word for change in changes for word in ("--set", change)]
    trained = _run(Stage("train", ["train", MODEL, *sets, "--json"]), home)
    evaluated = _run(Stage("evaluate", ["evaluate", MODEL, *sets, "--json"]), home)
    numbers = set(trained.said["trained"])
    versions = [row for row in evaluated.said["versions"] if row["version"] in numbers and row["kid"] is not None]
    best = min(versions, key=lambda row: float(row["kid"]))
    shown = {column["name"]: float(best[column["name"]]) for column in evaluated.said["shown"]}
    typer.echo(f"{name}, {changes[-1]}: KID {best['kid']:.4f} at step {best['step']}", err=True)
    return Row(name, 1, float(best["kid"]), 0.0, shown, trained.seconds + evaluated.seconds)


def _run(stage: Stage, home: Path) -> Done:
    done = run_stage(stage, home.absolute())
    if not done.worked:
        typer.echo(f"Error: {' '.join(stage.arguments)}: {done.error}", err=True)
        raise typer.Exit(1)
    return done


def vars_of(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Row.__slots__}


def _table(rows: Sequence[Row]) -> str:
    """Return a Markdown table; a difference larger than the spread of both rows is marked."""
    plain = rows[0]
    lines = ["| option | seeds | KID | against plain | other scores | s |", "| --- | --- | --- | --- | --- | --- |"]
    for row in rows:
        others = ", ".join(f"{name} {value:.4g}" for name, value in row.scores.items() if name != "kid")
        gain, noise = plain.kid - row.kid, plain.spread + row.spread
        told = "" if row is plain else f"{gain:+.4f}{' pays' if gain > noise > 0 else ''}"
        cells = (row.option, str(row.seeds), f"{row.kid:.4f} ± {row.spread:.4f}", told, others, f"{row.seconds:.0f}")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(main)
