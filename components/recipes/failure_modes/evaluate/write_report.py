"""Failure modes: the report of an evaluation."""

from dataclasses import replace

from components.core.recipe import Workplace
from components.evaluation.loop import EvaluationResult
from components.evaluation.report import Noun, report_inputs, write_report
from components.recipes.failure_modes.evaluate.answers import Answers
from components.recipes.failure_modes.evaluate.setup import EvaluationSetup
from components.recipes.failure_modes.scores import SCORES, SHOWN

COMMENTS = Noun("comment", "comments")
SAME = "the same comments"


def write_text_report(setup: EvaluationSetup, result: EvaluationResult[Answers], workplace: Workplace) -> None:
    """Write the report into the workplace."""
    shared = report_inputs(setup.config, result, workplace)
    write_report(replace(shared, metrics=SCORES, shown=SHOWN, noun=COMMENTS, same=SAME), workplace.report)
