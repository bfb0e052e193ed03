"""Tests: a toy kind of model, which tells plums from apples by their weight. Copy it to add a kind of your own."""

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from math import sqrt
from pathlib import Path
from textwrap import dedent

from components.core.config import ModelConfig, Strict
from components.core.errors import DataError
from components.core.files import file_digest, new_folder
from components.core.metric_table import METRICS
from components.core.recipe import Examples, Recipe, RunLog, Source, Workplace
from components.core.records import Checkpoint, Evaluation, Example, Ingestion, Score, Snapshot
from components.core.seeds import derive_seed

CATALOGUE = "fruit.csv"
WEIGHTS = "weights.json"
BASE_THRESHOLD = 0.0  # untrained, everything is an apple
PANEL = """
<table>{% for grams, kind, answer in rows %}<tr><td>{{ grams }} g</td><td>{{ kind }}</td><td>{{ answer }}</td></tr>
{% endfor %}</table>
"""


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
    """Compare all checkpoints in pairs on the same fruits, once, and write a report with a panel of its own."""
    import torch

    from components.evaluation.comparisons import PairedDesign
    from components.evaluation.loop import LoopInputs, Measured, run_evaluation
    from components.evaluation.report import Noun, Panel, render_panel, report_inputs, write_report
    from components.evaluation.subjects import Subject

    examples = snapshot.splits[split]

    def measure(answers: list[str], before: object) -> Measured[list[str]]:
        right = [answer == example["kind"] for answer, example in zip(answers, examples, strict=True)]
        return Measured(answers, {"accuracy": torch.tensor(right, dtype=torch.float64)})

    def score(subject: Subject[list[str]]) -> dict[str, Score]:
        return {"accuracy": _accuracy(int(subject.values["accuracy"].sum()), len(examples))}

    inputs = LoopInputs(
        policy=config.promote,
        seed=config.seed,
        snapshot=snapshot.digest,
        split=split,
        design=PairedDesign(torch.arange(len(examples)), looks=[len(examples)]),
        generate=lambda count: partial(_answers, examples[:count]),
        measure=measure,
        score=score,
    )
    result = run_evaluation(inputs, checkpoints, workplace, log)
    rows = [(e["grams"], e["kind"], answer) for e, answer in zip(examples, result.subjects[-1].outputs, strict=True)]
    panel = Panel("answers", "Grams and answers", render_panel(PANEL, rows=rows[:5]), data={"rows": rows[:5]})
    report = report_inputs(config, result, workplace)
    write_report(replace(report, noun=Noun("fruit", "fruits"), panels=[panel]), workplace.report)
    return result.evaluation


RECIPE = Recipe(ToyConfig, "files", open_source, make_examples, train, evaluate)


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


def _answers(examples: Sequence[Example], checkpoint: Checkpoint | None) -> list[str]:
    threshold = json.loads((checkpoint.folder / WEIGHTS).read_text())["threshold"] if checkpoint else BASE_THRESHOLD
    return ["apple" if example["grams"] > threshold else "plum" for example in examples]


def _accuracy(right: int, n: int) -> Score:
    """Return the share with its Wilson interval (E. B. Wilson, 1927: Probable inference), which suits small n too."""
    share, z2 = right / n, 1.96**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = sqrt(z2 * share * (1 - share) / n + z2**2 / (4 * n**2)) / (1 + z2 / n)
    honest = n >= METRICS["accuracy"].smallest_honest_n(0)
    return Score(share, n, max(0.0, centre - half), min(1.0, centre + half), honest=honest)
