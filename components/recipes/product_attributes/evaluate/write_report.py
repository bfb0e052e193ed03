"""Product attributes: the report of an evaluation, with panels about rows."""

from collections.abc import Iterator
from dataclasses import replace

from components.core.recipe import Workplace
from components.evaluation.loop import EvaluationResult
from components.evaluation.report import Noun, Panel, ReportInputs, report_inputs, write_report
from components.evaluation.report.leader import leading_subject
from components.recipes.product_attributes.evaluate import panels
from components.recipes.product_attributes.evaluate.measure import Outputs
from components.recipes.product_attributes.evaluate.setup import EvaluationSetup
from components.recipes.product_attributes.scores import SCORES, SHOWN

ROWS = Noun("row", "rows")
SAME = "the same real rows"


def write_rows_report(setup: EvaluationSetup, result: EvaluationResult[Outputs], workplace: Workplace) -> None:
    """Write the report into the workplace."""
    shared = report_inputs(setup.config, result, workplace)
    inputs = replace(shared, metrics=SCORES, shown=SHOWN, noun=ROWS, same=SAME)
    write_report(replace(inputs, panels=list(_panels(setup, inputs))), workplace.report)


def _panels(setup: EvaluationSetup, inputs: ReportInputs) -> Iterator[Panel]:
    subjects, leader, floor = inputs.subjects, leading_subject(inputs), setup.floor_outputs
    yield panels.rows_panel(setup, subjects, leader)
    yield panels.worst_panel(setup, leader, floor)
    yield panels.columns_panel(setup, subjects, floor)
    yield panels.constraints_panel(setup, subjects)
    yield panels.privacy_panel(setup, subjects, leader)
