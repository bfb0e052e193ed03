"""Failure modes: the panels of the report: the Pareto front, failure modes, calibration, abstention."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

from components.core.records import Score
from components.evaluation.report import Panel
from components.evaluation.subjects import Subject
from components.recipes.failure_modes.analysis.pareto import knee, pareto_front
from components.recipes.failure_modes.candidates import read_notes
from components.recipes.failure_modes.candidates.ensemble import WORTHLESS
from components.recipes.failure_modes.evaluate import findings, plots
from components.recipes.failure_modes.evaluate.answers import Answers
from components.recipes.failure_modes.evaluate.render import render
from components.recipes.failure_modes.evaluate.setup import EvaluationSetup
from components.recipes.failure_modes.model_files import MODEL, model_folder
from components.recipes.failure_modes.scores import SCORES

ON_FRONT = ("f1_macro", "pr_auc", "mcc", "roc_auc")
PAIRS = (("pr_auc", "f1_macro"), ("roc_auc", "mcc"))
STEPS = 40  # points of the curve of coverage


def pareto_panel(
    subjects: Sequence[Subject[Answers]], folders: Sequence[Path] = (), left_out: Mapping[str, str] | None = None
) -> Panel:
    """Return which candidates no other one beats in F1, PR-AUC, MCC and ROC-AUC, and the knee with its reason.

    An ensemble of the checkpoints in `folders` that adds nothing to its best member is said to. `left_out` has why a
    candidate of the ladder could not run.
    """
    notes = [read_notes(model_folder(folder) / MODEL).get(WORTHLESS, "") for folder in folders]
    worthless = [note for note in notes if note]
    points = {s.title: {name: s.card.scores[name].value for name in ON_FRONT} for s in subjects}
    directions = {name: SCORES[name].better for name in ON_FRONT}
    front, chosen = pareto_front(points, directions), knee(points, directions)
    plotted = {name: scores for name, scores in points.items() if all(map(isfinite, scores.values()))}
    picture = plots.pareto_plot(plotted, PAIRS, {n: SCORES[n].title for n in ON_FRONT}, (front, chosen.name))
    shown = {"points": points, "front": list(front), "notes": worthless, "left_out": dict(left_out or {})}
    far = plots.far_from_best(plotted, PAIRS[0][1])
    html = render("pareto", picture=picture, names=ON_FRONT, knee=chosen, far=far, **shown)
    data = {**shown, "knee": chosen.name, "reason": chosen.reason}
    return Panel("pareto", "Pareto front", html, "top", data)


def classes_panel(setup: EvaluationSetup, leader: Subject[Answers], seed: int) -> Panel:
    rows = findings.class_scores(setup.truth, leader.outputs, seed)
    table = findings.confusion(setup.truth, leader.outputs)
    names = list(setup.truth.names)
    html = render("classes", title=leader.title, rows=[asdict(r) for r in rows], names=names, table=table.tolist())
    data = {"subject": leader.title, "rows": [asdict(r) for r in rows], "names": names, "confusion": table.tolist()}
    few = [row.name for row in rows if row.n < 16]
    limits = [f"Too few comments to judge by ({', '.join(few)}): fewer than 16 each."] if few else []
    return Panel("classes", "Failure modes", html, "evidence", data, limits)


def calibration_panel(setup: EvaluationSetup, subjects: Sequence[Subject[Answers]], leader: str, seed: int) -> Panel:
    found = {s.title: findings.calibration(setup.truth, s.outputs, seed) for s in subjects}
    picture = plots.reliability_plot(found[leader])
    html = render("calibration", picture=picture, found=found, title=leader, bins=found[leader]["after"]["bins"])
    return Panel("calibration", "Calibration", html, "evidence", found)


def coverage_panel(setup: EvaluationSetup, leader: Subject[Answers], seed: int) -> Panel:
    """Return the share that is answered without a person, and how often these answers are right."""
    answers, precision = leader.outputs, setup.config.answer.precision
    ranked = sorted(answers.confidence.tolist())
    steps = dict.fromkeys(ranked[len(ranked) * k // STEPS] for k in range(STEPS) if ranked)
    curve = findings.coverage(setup.truth, answers, list(steps), seed)
    chosen = findings.coverage(setup.truth, answers, [answers.threshold], seed)[0]
    picture = plots.coverage_plot(curve, chosen, precision)
    shown = {"title": leader.title, "precision": precision, "chosen": asdict(chosen)}
    html = render("coverage", picture=picture, **shown)
    return Panel(
        "coverage", "Answered without a person", html, "evidence", {**shown, "curve": [asdict(c) for c in curve]}
    )


def top_panel(setup: EvaluationSetup, subjects: Sequence[Subject[Answers]], seed: int) -> Panel:
    found = {s.title: _as_dicts(findings.top_scores(setup.truth, s.outputs, seed)) for s in subjects}
    return Panel("top", "Among the likeliest", render("top", found=found), "evidence", found)


def _as_dicts(found: Mapping[int, Score]) -> dict[str, Any]:
    return {str(k): asdict(score) for k, score in found.items()}
