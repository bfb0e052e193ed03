"""Benchmarks: `make ablations`: what each option of the loss is worth on a real catalogue, paired by seed and data.

Each row is trainings of the same snapshot with one option changed, one training a seed; all checkpoints generate from
the same prompts and noise. What is left of the scores after options and seeds are taken out is noise, of which a 95 %
interval of each difference is made.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from time import process_time
from typing import Annotated

import numpy as np
import torch
import typer
from scipy.stats import t as student

from benchmarks.ours import SilentLog
from components.core.records import Checkpoint, Snapshot
from components.data.snapshots import build_snapshot, find_snapshot
from components.recipes import get_recipe, read_config
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.evaluate.evaluate import prepare_evaluation
from components.recipes.product_images.evaluate.setup import EvaluationSetup
from components.recipes.product_images.example import ProductImage
from components.recipes.product_images.generate.generated_pictures import PictureGenerator
from components.recipes.product_images.score.features import extract
from components.recipes.product_images.score.scores import score_subject, value_pictures
from components.recipes.product_images.train.train import train

MODELS = Path(__file__).parents[1] / "deployments" / "models"
MODEL, SPLIT, PLAIN, FIRST_SEED = "shoes-64", "validation", "plain", 42
SCORES = ("kid", "attribute_agreement", "colour_agreement", "coverage")
_TARGETS = "to_q, to_k, to_v, to_out.0, ff.net.0.proj, ff.net.2"  # the model's own
OPTIONS: Mapping[str, tuple[str, ...]] = {
    PLAIN: (),
    "Min-SNR, gamma 5": ("train.min_snr_gamma=5",),
    "background 0.3": ("train.background_weight=0.3",),
    "noise offset 0.05": ("train.noise_offset=0.05",),
    "random flip": ("train.random_flip=true",),
    "dropout 0.1": (f"train.lora={{rank: 16, alpha: 16, dropout: 0.1, targets: [{_TARGETS}]}}",),
    "balanced colours": ("train.balance=colour",),
    "rank 8": (f"train.lora={{rank: 8, alpha: 8, targets: [{_TARGETS}]}}",),
    "attention only": ("train.lora={rank: 16, alpha: 16}",),
}


@dataclass(frozen=True, slots=True)
class Trained:
    """The scores of one training's last checkpoint."""

    option: str
    seed: int
    scores: Mapping[str, float]
    seconds: float  # of CPU, for training and scoring


@dataclass(frozen=True, slots=True)
class Row:
    """An option's mean over seeds, and its difference from the plain training."""

    option: str
    seeds: int
    scores: Mapping[str, float]
    differences: Mapping[str, float]
    intervals: Mapping[str, float]  # half of the 95 % interval of each difference
    seconds: float


@dataclass(frozen=True, slots=True)
class Place:
    """What all trainings share."""

    home: Path
    fixed: Sequence[str]
    snapshot: Snapshot[ProductImage]
    setup: EvaluationSetup


def main(
    catalogue: Annotated[Path, typer.Option(help="A folder in the Kaggle layout.")],
    steps: Annotated[int, typer.Option(help="Optimizer steps of each training; the last checkpoint is scored.")] = 300,
    pictures: Annotated[int, typer.Option(help="Pictures that each checkpoint is scored on.")] = 256,
    seeds: Annotated[int, typer.Option(min=2, help="Trainings of each row.")] = 3,
    only: Annotated[list[str] | None, typer.Option(help="Rows to run beside the plain one; all by default.")] = None,
    home: Annotated[Path, typer.Option(help="A scratch folder. What is finished in it is reused.")] = Path(
        "build/ablations"
    ),
) -> None:
    """Train and score each option, seed by seed; print a Markdown table, and one JSON object as the last line."""
    torch.set_num_threads(1)
    fixed = [f"train.steps={steps}", f"train.checkpoint_every={steps}", f"evaluate.pictures={pictures}"]
    place = _place(catalogue, fixed, home.absolute())
    names = [PLAIN, *(name for name in only or OPTIONS if name != PLAIN)]
    found: list[Trained] = []
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        found += [_trained(name, seed, place) for name in names]
        if seed > FIRST_SEED:
            typer.echo(f"{table(compare(found))}\n")
    typer.echo(json.dumps([{name: getattr(row, name) for name in Row.__slots__} for row in compare(found)]))


def compare(found: Sequence[Trained]) -> list[Row]:
    """Return a row for each option, the first one first; every option has the same seeds."""
    names, seeds = list(dict.fromkeys(one.option for one in found)), sorted({one.seed for one in found})
    by = {(one.option, one.seed): one for one in found}
    scores = {key: np.array([[by[n, s].scores[key] for s in seeds] for n in names]) for key in found[0].scores}
    half = {key: half_interval(grid) for key, grid in scores.items()}
    return [
        Row(
            name,
            len(seeds),
            {key: float(grid[number].mean()) for key, grid in scores.items()},
            {key: float(grid[number].mean() - grid[0].mean()) for key, grid in scores.items()},
            half,
            mean(by[name, seed].seconds for seed in seeds),
        )
        for number, name in enumerate(names)
    ]


def half_interval(scores: np.ndarray) -> float:
    """Return half of the 95 % interval of the difference of two rows of scores (options, seeds), a two-way layout.

    >>> half_interval(np.array([[1.0, 2.0], [2.0, 3.0]]))
    0.0
    """
    rest = scores - scores.mean(1, keepdims=True) - scores.mean(0, keepdims=True) + scores.mean()
    freedom = (scores.shape[0] - 1) * (scores.shape[1] - 1)
    variance = float((rest**2).sum()) / freedom
    return float(student.ppf(0.975, freedom)) * float(np.sqrt(2 * variance / scores.shape[1]))


def table(rows: Sequence[Row]) -> str:
    """Return a Markdown table. A score is followed by its difference from the first row and that one's interval."""
    lines = [f"| option | {' | '.join(rows[0].scores)} | CPU s |", f"|{' --- |' * (len(rows[0].scores) + 2)}"]
    for row in rows:
        cells = [_cell(row, key, row is rows[0]) for key in row.scores]
        lines.append(f"| {' | '.join([row.option, *cells, f'{row.seconds:.0f}'])} |")
    return "\n".join(lines)


def _cell(row: Row, key: str, first: bool) -> str:
    if first:
        return f"{row.scores[key]:.3f}"
    difference, half = row.differences[key], row.intervals[key]
    return f"{row.scores[key]:.3f}, {difference:+.3f} ({difference - half:+.3f} to {difference + half:+.3f})"


def _place(catalogue: Path, fixed: Sequence[str], home: Path) -> Place:
    config, recipe, log = _config(fixed), get_recipe("product-images"), SilentLog()
    source = recipe.open_source(config, catalogue, home / "catalogues", log)
    report = home / "ingest"
    report.mkdir(parents=True, exist_ok=True)
    folder, origin = home / "snapshots", {"source": source.fingerprint, "data": config.data_digest()}
    snapshot, _ = find_snapshot(folder, origin) or build_snapshot(
        folder, origin, lambda previous, made: recipe.make_examples(config, source, previous, made, report, log)
    )
    return Place(home, fixed, snapshot, prepare_evaluation(config, snapshot, SPLIT, home / "cache"))


def _trained(name: str, seed: int, place: Place) -> Trained:
    config, began = _config([*place.fixed, *OPTIONS[name], f"seed={seed}"]), process_time()
    folder = place.home / "trainings" / config.training_digest(place.snapshot.digest)
    kept = folder.with_suffix(".json")
    if not kept.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        scores = _scores(train(config, place.snapshot, folder, SilentLog())[-1], place)
        kept.write_text(json.dumps([scores, process_time() - began]))
    scores, seconds = json.loads(kept.read_text())
    told = ", ".join(f"{key} {value:.3f}" for key, value in scores.items())
    typer.echo(f"seed {seed}, {name}: {told}; {seconds:.0f} s", err=True)
    return Trained(name, seed, scores, seconds)


def _scores(checkpoint: Checkpoint, place: Place) -> Mapping[str, float]:
    setup = place.setup
    plan, extractors, config = setup.plan, setup.extractors, setup.config
    made = PictureGenerator(config, plan, place.home / "cache" / "pictures", SilentLog())(checkpoint)
    extracted = extract(made.pictures, extractors.extractor, extractors.image_text)
    values = value_pictures(extracted, plan.examples, extractors.texts, extractors.real, extractors.classifiers)
    found = score_subject(extracted, values, plan, extractors, config.seed)
    return {key: found[key].value for key in SCORES if key in found}


def _config(changes: Sequence[str]) -> ProductImagesConfig:
    config = read_config(MODELS, MODEL, changes)
    assert isinstance(config, ProductImagesConfig)
    return config


if __name__ == "__main__":
    typer.run(main)
