"""Tests: a toy kind of model, which classifies fruits as plums or apples by weight. Copy it to add your own kind."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypedDict

from pydantic import create_model

from components.core.card import CardNotes
from components.core.config import ModelConfig
from components.core.errors import CheckpointError, DataError
from components.core.files import file_digest, new_folder
from components.core.golden import GoldenSample
from components.core.metric_table import METRICS, Interval, Metric
from components.core.packages import Package
from components.core.recipe import Examples, Golden, Need, Recipe, RunLog, Source, Workplace
from components.core.records import Checkpoint, Evaluation, Ingestion, Score, Snapshot
from components.core.seeds import derive_seed
from components.core.strict import Strict

CATALOGUE = "fruit.csv"
WEIGHTS = "weights.json"
BASE_THRESHOLD = 0.0  # without training, every fruit is an apple
GOLDEN_GRAMS = (40, 80, 120, 200)
OFF = Metric("Grams off", "how far wrong fruits are from the threshold", -1, "g", 0, 1e9, Interval.BOOTSTRAP, 16)
SCORES = {"accuracy": METRICS["accuracy"], "grams_off": OFF}
LIMIT = "It has never seen a pear."
PANEL = "{% for fruit, off in rows %}<p>{{ fruit.grams }} g, {{ fruit.kind }}: {{ off }} g off</p>{% endfor %}"


class Data(Strict):
    catalogue: str  # the folder that holds fruit.csv


class Train(Strict):
    steps: int
    checkpoint_every: int
    stride: float  # grams by which the threshold rises in each step


class Config(ModelConfig):
    data: Data
    train: Train
    evaluate: Strict = Strict()


class Fruit(TypedDict):
    grams: int
    kind: str


Fruits = Snapshot[Fruit]


def open_source(config: Config, catalogue: Path | None, cache: Path, log: RunLog) -> Source:
    folder = catalogue or Path(config.data.catalogue)
    if not (folder / CATALOGUE).is_file():
        raise DataError(f"{folder} has no {CATALOGUE}", expected="columns grams and kind", act="name its folder")
    return Source(folder, file_digest(folder / CATALOGUE))


def make_examples(
    config: Config, source: Source, previous: Fruits | None, folder: Path, report: Path, log: RunLog
) -> Examples:
    """Split by content, so that no fruit is in two splits. This does not need `previous`."""
    with (source.folder / CATALOGUE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    splits: dict[str, list[Fruit]] = {"train": [], "validation": [], "test": []}
    for row in rows:
        if row["grams"].isdecimal():
            percent = derive_seed("split", row["grams"], row["kind"].strip()) % 100
            split = "train" if percent < 70 else "validation" if percent < 85 else "test"
            splits[split].append({"grams": int(row["grams"]), "kind": row["kind"].strip()})
    kept = sum(map(len, splits.values()))
    repaired = sum(row["kind"] != row["kind"].strip() for row in rows)
    counts = Ingestion(len(rows), len(rows), kept, {"stray-spaces": repaired}, {"no-number": len(rows) - kept})
    return Examples(splits, counts)


def train(
    config: Config, snapshot: Fruits, folder: Path, log: RunLog, start: Checkpoint | None = None
) -> list[Checkpoint]:
    """Raise the threshold from the lightest fruit, step by step, past the best one: the last is not the best."""
    lightest = min(example["grams"] for example in snapshot.splits["train"])
    checkpoints = []
    for step in range(config.train.checkpoint_every, config.train.steps + 1, config.train.checkpoint_every):
        threshold, path = lightest + step * config.train.stride, folder / f"step-{step}"
        log.metrics({"threshold": threshold}, step)
        log.progress("training", step, config.train.steps)
        with new_folder(path) as unfinished:  # written completely or not at all; an existing folder is kept
            (unfinished / WEIGHTS).write_text(json.dumps({"threshold": threshold}))
        checkpoints.append(Checkpoint(path, step, file_digest(path / WEIGHTS)[:12]))
    return checkpoints


def evaluate(
    config: Config, snapshot: Fruits, split: str, checkpoints: Sequence[Checkpoint], workplace: Workplace, log: RunLog
) -> Evaluation:
    """Compare all checkpoints in pairs on the same fruits, with one look, and write a report with a panel."""
    import torch

    from components.evaluation.comparisons import PairedDesign
    from components.evaluation.loop import LoopInputs, Measured, run_evaluation
    from components.evaluation.report import Noun, Panel, render_panel, report_inputs, write_report
    from components.evaluation.subjects import Subject
    from components.metrics.means import mean_score

    fruits = snapshot.splits[split]
    each = torch.arange(len(fruits))  # every fruit is a group of its own

    def measure(off: list[float], before: object) -> Measured[list[float]]:
        grams_off = torch.tensor(off, dtype=torch.float64)
        return Measured(off, {"accuracy": (grams_off == 0).double(), "grams_off": grams_off})

    def score(subject: Subject[list[float]]) -> dict[str, Score]:
        return {n: mean_score(n, v, "", each, config.seed, metrics=SCORES) for n, v in subject.values.items()}

    inputs = LoopInputs(
        policy=config.promote,
        seed=config.seed,
        snapshot=snapshot.digest,
        split=split,
        design=PairedDesign(each, looks=[len(fruits)], metrics=SCORES),
        generate=lambda count: partial(_grams_off, fruits[:count]),
        measure=measure,
        score=score,
    )
    result = run_evaluation(inputs, checkpoints, workplace, log)
    rows = list(zip(fruits, result.subjects[-1].outputs, strict=True))[:5]
    panel = Panel("answers", "Grams and answers", render_panel(PANEL, rows=rows), data={"rows": rows})
    report = replace(report_inputs(config, result, workplace), metrics=SCORES, shown=tuple(SCORES), panels=[panel])
    write_report(replace(report, noun=Noun("fruit", "fruits")), workplace.report)
    return result.evaluation


Grams, Kind = create_model("Grams", grams=(int, ...)), create_model("Kind", kind=(str, ...))


@dataclass(frozen=True)
class Sorter:
    """A loaded threshold: a heavier fruit is an apple."""

    threshold: float
    request = Grams
    response = Kind

    def predict(self, request: Any, /) -> Any:
        return Kind(kind="apple" if request.grams > self.threshold else "plum")


def load(config: Config | None, checkpoint: Checkpoint | None, log: RunLog | None = None) -> Sorter:
    return Sorter(json.loads((checkpoint.folder / WEIGHTS).read_text())["threshold"] if checkpoint else BASE_THRESHOLD)


def make_golden(config: Config | None, checkpoint: Checkpoint) -> GoldenSample:
    kinds = [load(config, checkpoint).predict(Grams(grams=grams)).kind for grams in GOLDEN_GRAMS]
    return GoldenSample({"kinds.json": json.dumps(kinds).encode()})


def check_golden(loaded: Checkpoint, sample: GoldenSample) -> None:
    """The toy has no MLflow flavour, so `loaded` is its checkpoint."""
    if make_golden(None, loaded) != sample:
        raise CheckpointError("The version sorts fruits otherwise", expected="the golden kinds")


def needs(config: Config, catalogue: Path | None) -> list[Need]:
    table = (catalogue or Path(config.data.catalogue)) / CATALOGUE
    sentence = f"It is in {table.parent}." if table.is_file() else f"There is no {table}: name its folder."
    return [Need("catalogue", config.data.catalogue, table.is_file(), sentence)]


def export_text(checkpoint: Checkpoint, folder: Path) -> None:
    (folder / "threshold.txt").write_text(f"{load(None, checkpoint).threshold:g} grams\n")


def _grams_off(fruits: Sequence[Fruit], checkpoint: Checkpoint | None) -> list[float]:
    """Return the distance of each fruit from the threshold in grams, 0 if it is classified correctly."""
    sorter = load(None, checkpoint)
    right = [sorter.predict(Grams(grams=fruit["grams"])).kind == fruit["kind"] for fruit in fruits]
    return [0.0 if ok else abs(f["grams"] - sorter.threshold) or 0.5 for ok, f in zip(right, fruits, strict=True)]


RECIPE = Recipe(
    config=Config,
    metrics=SCORES,
    shown=("accuracy", "grams_off"),
    open_source=open_source,
    make_examples=make_examples,
    train=train,
    evaluate=evaluate,
    needs=needs,
    package=lambda config, checkpoint: Package(packages=("pydantic",)),
    load=load,
    golden=Golden(make_golden, check_golden),
    features=lambda config, snapshot, split, cache: {
        k: [e[k] or None for e in snapshot.splits[split]] for k in ("grams", "kind")
    },
    card=lambda config, version, base_model: CardNotes(limits=[LIMIT], loading=[f"`sort {config.model} {version}`"]),
    exports={"text": export_text},
)
