"""Failure modes: the panels about the model of the leading candidate, and about the labels that it was trained on."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from components.evaluation.report import Panel
from components.evaluation.subjects import Subject
from components.recipes.failure_modes.analysis.explanation import words_that_moved
from components.recipes.failure_modes.analysis.keyword_rules import find_keyword_rules
from components.recipes.failure_modes.analysis.label_noise import suspect_labels
from components.recipes.failure_modes.analysis.robustness import accuracy_by_part, accuracy_by_period, robustness
from components.recipes.failure_modes.candidates.model import FittedModel
from components.recipes.failure_modes.comment import labelled
from components.recipes.failure_modes.evaluate import findings
from components.recipes.failure_modes.evaluate.answers import Answers
from components.recipes.failure_modes.evaluate.render import render
from components.recipes.failure_modes.evaluate.setup import EvaluationSetup
from components.recipes.failure_modes.predict.classifier import Classifier

MOST_SUSPECTS, NEAREST, MOVED, MOST_CHANGED = 30, 2, 3, 2000


def errors_panel(setup: EvaluationSetup, leader: Subject[Answers], classifier: Classifier) -> Panel:
    """Return the most confident wrong answers, each with the words that moved it and the nearest training comments."""
    texts = [comment["text"] for comment in setup.comments]
    rows = findings.errors(texts, setup.truth, leader.outputs)
    wrong = int((leader.values["accuracy"] == 0).sum())
    shown = [str(row["text"]) for row in rows]
    nearest = classifier.familiar.index.nearest(shown, NEAREST)
    moved = words_that_moved(classifier.model, shown)
    full = [
        {**row, "nearest": [asdict(n) for n in near], "words": [asdict(m) for m in by[:MOVED]]}
        for row, near, by in zip(rows, nearest, moved, strict=True)
    ]
    html = render("errors", title=leader.title, rows=full, wrong=wrong, n=len(texts))
    return Panel("errors", "Wrong answers", html, "evidence", {"subject": leader.title, "wrong": wrong, "rows": full})


def robustness_panel(setup: EvaluationSetup, leader: Subject[Answers], classifier: Classifier, seed: int) -> Panel:
    """Return the accuracy on changed texts, by asset and by period."""
    texts = [comment["text"] for comment in setup.comments][:MOST_CHANGED]
    labels, answers = setup.labels[: len(texts)], leader.outputs.predicted
    changed = {name: asdict(found) for name, found in robustness(classifier.model, texts, labels, seed).items()}
    by_asset = accuracy_by_part(answers, setup.labels, [comment["asset"] for comment in setup.comments])
    by_period = accuracy_by_period(answers, setup.labels, [comment["date"] for comment in setup.comments])
    parts = {
        "asset": {name: asdict(found) for name, found in by_asset.items()},
        "period": {name: asdict(found) for name, found in by_period.items()},
    }
    html = render("robustness", title=leader.title, changed=changed, parts=parts)
    return Panel("robustness", "Robustness", html, "evidence", {"subject": leader.title, "changed": changed, **parts})


def labels_panel(setup: EvaluationSetup, classifier: Classifier, seed: int) -> Panel:
    """Return whether a handful of words explains the labels, and which labels of the training are doubtful."""
    texts, labels = labelled(setup.snapshot, "train")
    rules = find_keyword_rules(texts, labels, seed)
    suspects = _suspects(texts, labels, classifier.model)
    data = {"keyword_rules": asdict(rules), "suspects": suspects[:MOST_SUSPECTS], "suspect": len(suspects)}
    html = render("labels", rules=rules, suspects=suspects[:MOST_SUSPECTS], count=len(suspects), n=len(texts))
    limits = [rules.sentence] if rules.explained else []
    return Panel("labels", "The labels", html, "evidence", data, limits)


def _suspects(texts: Sequence[str], labels: Sequence[str], model: Any) -> list[dict[str, Any]]:
    if not isinstance(model, FittedModel) or len(model.held_out) != len(texts):  # of another training
        return []
    found = suspect_labels(model.held_out, labels, model.classes)
    return [{**asdict(suspect), "text": texts[suspect.row]} for suspect in found]
