"""Demand: the report of an evaluation, with panels about methods, classes, orders and the leading candidate."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from components.core.recipe import Workplace
from components.evaluation.loop import EvaluationResult
from components.evaluation.report import Noun, Panel, ReportInputs, report_inputs, write_report
from components.evaluation.report.leader import leading_subject
from components.recipes.demand.evaluate import findings, panels
from components.recipes.demand.evaluate.answers import Shared
from components.recipes.demand.evaluate.routing import against_hindsight
from components.recipes.demand.evaluate.setup import EvaluationSetup, Scored
from components.recipes.demand.predict.version import Version
from components.recipes.demand.scores import SCORES, SHOWN

PRODUCTS = Noun("product", "products")
SAME = "the same products and origins"


def write_demand_report(
    setup: EvaluationSetup,
    result: EvaluationResult[Scored],
    trainings: Mapping[str, Sequence[Version]],
    shared: Mapping[str, Shared],
    workplace: Workplace,
) -> None:
    """Write the report into the workplace. Its panels about methods are of the training with the most candidates."""
    inputs = replace(
        report_inputs(setup.config, result, workplace), metrics=SCORES, shown=SHOWN, noun=PRODUCTS, same=SAME
    )
    largest = max(trainings, key=lambda name: len(trainings[name]))
    found = list(_panels(setup, inputs, trainings[largest], shared[largest]))
    write_report(replace(inputs, panels=found), workplace.report)


def _panels(
    setup: EvaluationSetup, inputs: ReportInputs, versions: Sequence[Version], shared: Shared
) -> Iterator[Panel]:
    subjects, leader = inputs.subjects, leading_subject(inputs)
    table = findings.method_scores(setup, shared, setup.oracle(shared))
    yield panels.regret_panel(subjects, table, inputs.comparisons, against_hindsight(setup, subjects, shared))
    yield panels.methods_panel(setup, table, shared, versions)
    yield panels.classes_panel(setup, subjects, shared)
    yield panels.forecasts_panel(setup, leader)
    yield panels.orders_panel(setup, subjects)
    bandit = panels.bandit_panel(versions, subjects)
    yield from [bandit] if bandit else []
