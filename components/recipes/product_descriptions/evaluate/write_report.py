"""Product descriptions: the report of an evaluation, with texts side by side and the checker's own errors."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from components.core.recipe import Workplace
from components.core.records import Checkpoint
from components.evaluation.loop import EvaluationResult
from components.evaluation.report import Panel, ReportInputs, report_inputs, write_report
from components.evaluation.report.leader import leading_subject
from components.recipes.product_descriptions.evaluate import panels
from components.recipes.product_descriptions.evaluate.bias_panel import bias_panel
from components.recipes.product_descriptions.evaluate.generated_texts import GeneratedTexts, TextGenerator
from components.recipes.product_descriptions.evaluate.save_texts import save_texts_to_rate
from components.recipes.product_descriptions.evaluate.setup import EvaluationSetup, checkpoint_of
from components.recipes.product_descriptions.evaluate.targets import SAME, TARGETS, TEXTS
from components.recipes.product_descriptions.rated import RATED
from components.recipes.product_descriptions.scores import SCORES, SHOWN


def write_texts_report(
    setup: EvaluationSetup,
    result: EvaluationResult[GeneratedTexts],
    checkpoints: Sequence[Checkpoint],
    workplace: Workplace,
    generator: TextGenerator,
) -> None:
    """Write the report into the workplace, and texts to rate.

    The leader's texts for another gender are generated for it.
    """
    shared = report_inputs(setup.config, result, workplace)
    inputs = replace(shared, metrics=SCORES, shown=SHOWN, noun=TEXTS, same=SAME, targets=TARGETS)
    found = list(_panels(setup, inputs, checkpoints, generator))
    write_report(replace(inputs, panels=found), workplace.report)
    save_texts_to_rate(setup, inputs.subjects, workplace.report / RATED.folder)


def _panels(
    setup: EvaluationSetup, inputs: ReportInputs, checkpoints: Sequence[Checkpoint], generator: TextGenerator
) -> Iterator[Panel]:
    leader = leading_subject(inputs)
    yield panels.texts_panel(setup, inputs.subjects)
    yield panels.checker_panel(setup, inputs.subjects)
    yield panels.nearest_panel(setup, leader)
    bias = bias_panel(setup, leader, checkpoint_of(leader, checkpoints), generator)
    if bias is not None:
        yield bias
