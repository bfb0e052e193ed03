"""Tests: a toy kind of model, which tells plums from apples by their weight. Copy it to add a kind of your own."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import sqrt
from pathlib import Path
from textwrap import dedent
from typing import Any

from pydantic import BaseModel

from components.core.card import CardNotes
from components.core.config import ModelConfig, Strict
from components.core.errors import CheckpointError, DataError
from components.core.files import file_digest, new_folder
from components.core.golden import GoldenSample
from components.core.metric_table import METRICS
from components.core.packages import Package
from components.core.recipe import Examples, Golden, Need, Recipe, RunLog, Source, Workplace
from components.core.records import BASE, Checkpoint, Evaluation, Example, Ingestion, Score, Scorecard, Snapshot
from components.core.seeds import derive_seed

CATALOGUE = "fruit.csv"
WEIGHTS = "weights.json"
BASE_THRESHOLD = 0.0  # untrained, everything is an apple
GOLDEN_GRAMS = (40, 80, 120, 200)


class Data(Strict):
    catalogue: str  # the folder that holds fruit.csv


class Train(Strict):
    steps: int
    checkpoint_every: int
    stride: float  # grams that the threshold rises each step


class Evaluate(Strict):
    pass


class ToyConfig(ModelConfig):
    data: Data
    train: Train
    evaluate: Evaluate = Evaluate()


def open_source(config: ToyConfig, catalogue: Path | None, cache: Path, log: RunLog) -> Source:
    folder = catalogue or Path(config.data.catalogue)
    if not (folder / CATALOGUE).is_file():
        raise DataError(f"No {CATALOGUE} was found in {folder}, expected columns grams and kind: name its folder.")
    return Source(folder, file_digest(folder / CATALOGUE))


def make_examples(
    config: ToyConfig, source: Source, previous: Snapshot | None, folder: Path, report: Path, log: RunLog
) -> Examples:
    """Split by content, so that a fruit that was trained on is never scored. `previous` is not needed for that."""
    with (source.folder / CATALOGUE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    splits: dict[str, list[Example]] = {"train": [], "validation": [], "test": []}
    for row in rows:
        if row["grams"].isdecimal():
            splits[_split(row)].append({"grams": int(row["grams"]), "kind": row["kind"].strip()})
    kept = sum(map(len, splits.values()))
    repaired = sum(row["kind"] != row["kind"].strip() for row in rows)
    (report / "splits.json").write_text(json.dumps({name: len(examples) for name, examples in splits.items()}))
    account = Ingestion(len(rows), len(rows), kept, {"stray-spaces": repaired}, {"no-number": len(rows) - kept})
    return Examples(splits, account)


def train(config: ToyConfig, snapshot: Snapshot, folder: Path, log: RunLog) -> list[Checkpoint]:
    """Raise the threshold from the lightest fruit, step by step, past the best one: the last is not the best."""
    lightest = min(example["grams"] for example in snapshot.splits["train"])
    checkpoints = []
    for step in range(config.train.checkpoint_every, config.train.steps + 1, config.train.checkpoint_every):
        threshold = lightest + step * config.train.stride
        log.metrics({"threshold": threshold}, step)
        log.progress("training", step, config.train.steps)
        checkpoints.append(_save(folder / f"step-{step}", step, threshold))
    return checkpoints


def evaluate(
    config: ToyConfig,
    snapshot: Snapshot,
    split: str,
    checkpoints: Sequence[Checkpoint],
    workplace: Workplace,
    log: RunLog,
) -> Evaluation:
    """Count the right answers. Nothing is compared in pairs: the intervals of the scores stand in."""
    examples, (subjects, thresholds) = snapshot.splits[split], zip(*_subjects(checkpoints), strict=True)
    counts = workplace.spread(partial(_count_right, examples), thresholds)
    cards = []
    for done, (subject, right) in enumerate(zip(subjects, counts, strict=True), start=1):
        cards.append(Scorecard(subject, snapshot.digest, split, {"accuracy": _accuracy(right, len(examples))}))
        log.progress("evaluating", done, len(subjects))
    (workplace.report / "accuracy.json").write_text(
        json.dumps({card.subject: card.scores["accuracy"].value for card in cards})
    )
    return Evaluation(cards)


def needs(config: ToyConfig, catalogue: Path | None) -> list[Need]:
    table = (catalogue or Path(config.data.catalogue)) / CATALOGUE
    found = table.is_file()
    sentence = f"It is in {table.parent}." if found else f"There is no {table}, expected one: name its folder."
    return [Need("catalogue", config.data.catalogue, found, sentence)]


class Fruit(BaseModel):
    grams: int


class Kind(BaseModel):
    kind: str


@dataclass(frozen=True)
class Sorter:
    """A threshold that is loaded: heavier is an apple."""

    threshold: float
    request: type[Fruit] = Fruit
    response: type[Kind] = Kind

    def predict(self, request: Fruit, /) -> Kind:
        return Kind(kind="apple" if request.grams > self.threshold else "plum")


def load(config: ToyConfig | None, checkpoint: Checkpoint) -> Sorter:
    return Sorter(json.loads((checkpoint.folder / WEIGHTS).read_text())["threshold"])


def make_golden(config: ToyConfig, checkpoint: Checkpoint) -> GoldenSample:
    kinds = [load(config, checkpoint).predict(Fruit(grams=grams)).kind for grams in GOLDEN_GRAMS]
    return GoldenSample({"kinds.json": json.dumps(kinds).encode()})


def check_golden(loaded: Checkpoint, sample: GoldenSample) -> None:
    """No MLflow flavour has saved a toy, so its checkpoint is what was loaded."""
    kinds = [load(None, loaded).predict(Fruit(grams=grams)).kind for grams in GOLDEN_GRAMS]
    if kinds != json.loads(sample.files["kinds.json"]):
        raise CheckpointError(f"The version sorts {GOLDEN_GRAMS} grams into {kinds}, expected the golden kinds.")


def features(config: ToyConfig, snapshot: Snapshot, split: str) -> dict[str, list[Any]]:
    return {column: [example[column] for example in snapshot.splits[split]] for column in ("grams", "kind")}


def card(config: ToyConfig, version: int, base_model: str) -> CardNotes:
    how = f"`python -m fruit {config.model} {version}` sorts fruit."
    return CardNotes(limits=["It has never seen a pear."], loading=[how])


def export_text(checkpoint: Checkpoint, folder: Path) -> None:
    (folder / "threshold.txt").write_text(f"{load(None, checkpoint).threshold:g} grams\n")


RECIPE = Recipe(
    config=ToyConfig,
    metrics={"accuracy": METRICS["accuracy"]},
    shown=("accuracy",),
    open_source=open_source,
    make_examples=make_examples,
    train=train,
    evaluate=evaluate,
    needs=needs,
    package=lambda checkpoint: Package(packages=("pydantic",)),
    load=load,
    golden=Golden(make_golden, check_golden),
    features=features,
    card=card,
    exports={"text": export_text},
)


def toy_model_yaml(folder: Path) -> Path:
    """Write a catalogue of 300 fruits, two of them odd, and the YAML of a model on it. Return the YAML's path."""
    plums = [f"{30 + n % 50},plum" for n in range(150)]
    apples = [f"{90 + n},apple" for n in range(148)]
    odd = ["heavy,apple", "61, plum"]  # quarantined, repaired
    (folder / CATALOGUE).write_text("\n".join(["grams,kind", *plums, *apples, *odd]) + "\n", encoding="utf-8")
    path = folder / "fruit.yaml"
    path.write_text(
        dedent(f"""\
            model: fruit
            recipe: toy
            about: Tells plums from apples by their weight.
            data: {{catalogue: {json.dumps(str(folder))}}}
            train: {{steps: 4, checkpoint_every: 1, stride: 30.0}}
            promote: {{primary: accuracy, at_least: {{accuracy: 0.8}}}}
            """),
        encoding="utf-8",
    )
    return path


def _split(row: dict[str, str]) -> str:
    percent = derive_seed("split", row["grams"], row["kind"].strip()) % 100
    return "train" if percent < 70 else "validation" if percent < 85 else "test"


def _save(folder: Path, step: int, threshold: float) -> Checkpoint:
    """Write one checkpoint, whole or not at all; one that stands already is kept."""
    with new_folder(folder) as unfinished:
        (unfinished / WEIGHTS).write_text(json.dumps({"threshold": threshold}))
    return Checkpoint(folder, step, file_digest(folder / WEIGHTS)[:12])


def _subjects(checkpoints: Sequence[Checkpoint]) -> Iterator[tuple[str, float]]:
    for checkpoint in checkpoints:
        yield f"step-{checkpoint.step}", json.loads((checkpoint.folder / WEIGHTS).read_text())["threshold"]
    yield BASE, BASE_THRESHOLD


def _count_right(examples: Sequence[Example], threshold: float) -> int:
    return sum((example["grams"] > threshold) == (example["kind"] == "apple") for example in examples)


def _accuracy(right: int, n: int) -> Score:
    """Return the share with its Wilson interval (E. B. Wilson, 1927: Probable inference), which suits small n too."""
    share, z2 = right / n, 1.96**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = sqrt(z2 * share * (1 - share) / n + z2**2 / (4 * n**2)) / (1 + z2 / n)
    honest = n >= METRICS["accuracy"].smallest_honest_n(0)
    return Score(share, n, max(0.0, centre - half), min(1.0, centre + half), honest=honest)
