"""Failure modes: the report of an evaluation, with panels about the leading candidate."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from components.core.recipe import Workplace
from components.core.records import Checkpoint
from components.core.seeds import derive_seed
from components.evaluation.loop import EvaluationResult
from components.evaluation.report import Noun, Panel, ReportInputs, report_inputs, write_report
from components.evaluation.report.leader import leading_subject
from components.recipes.failure_modes.candidates import LADDER
from components.recipes.failure_modes.evaluate import leader_panels, panels
from components.recipes.failure_modes.evaluate.answers import Answers
from components.recipes.failure_modes.evaluate.setup import EvaluationSetup
from components.recipes.failure_modes.predict.classifier import open_classifier
from components.recipes.failure_modes.scores import SCORES, SHOWN

COMMENTS = Noun("comment", "comments")
SAME = "the same comments"


def write_text_report(
    setup: EvaluationSetup,
    result: EvaluationResult[Answers],
    checkpoints: Sequence[Checkpoint],
    workplace: Workplace,
) -> None:
    """Write the report into the workplace."""
    shared = report_inputs(setup.config, result, workplace)
    inputs = replace(shared, metrics=SCORES, shown=SHOWN, noun=COMMENTS, same=SAME)
    write_report(replace(inputs, panels=list(_panels(setup, inputs, checkpoints))), workplace.report)


def _panels(setup: EvaluationSetup, inputs: ReportInputs, checkpoints: Sequence[Checkpoint]) -> Iterator[Panel]:
    subjects, leader = inputs.subjects, leading_subject(inputs)
    classifier = open_classifier(next(c.folder for c in checkpoints if c.digest == leader.digest))
    seed = derive_seed(setup.config.seed, "report")
    settings = setup.config.train
    left_out = {name: why for name in settings.candidates if (why := LADDER[name].missing(settings))}
    yield panels.pareto_panel(subjects, [checkpoint.folder for checkpoint in checkpoints], left_out)
    yield panels.coverage_panel(setup, leader, seed)
    yield panels.classes_panel(setup, leader, seed)
    yield panels.top_panel(setup, subjects, seed)
    yield panels.calibration_panel(setup, subjects, leader.title, seed)
    yield leader_panels.robustness_panel(setup, leader, classifier, seed)
    yield leader_panels.errors_panel(setup, leader, classifier)
    yield leader_panels.labels_panel(setup, classifier, seed)
