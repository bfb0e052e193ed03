"""Product attributes: score and compare every candidate against the same real rows."""

from collections.abc import Sequence

from components.core.recipe import RunLog, Workplace
from components.core.records import Checkpoint, Evaluation
from components.evaluation.loop import run_evaluation
from components.recipes.product_attributes.config import ProductAttributesConfig
from components.recipes.product_attributes.evaluate.setup import EvaluationSetup
from components.recipes.product_attributes.rows.row import ProductRows


def evaluate(
    config: ProductAttributesConfig,
    snapshot: ProductRows,
    split: str,
    checkpoints: Sequence[Checkpoint],
    workplace: Workplace,
    log: RunLog,
) -> Evaluation:
    """Return the scorecards of the candidates in their order, and how they compare in pairs.

    Raises:
        DataError: the split has no rows.
        CheckpointError: a candidate cannot be loaded.
    """
    from components.recipes.product_attributes.evaluate.write_report import write_rows_report  # it loads matplotlib

    setup = EvaluationSetup(config, snapshot, split)
    result = run_evaluation(setup.loop_inputs(), checkpoints, workplace, log)
    log.progress("write the report", 0, 1)
    write_rows_report(setup, result, workplace)
    log.progress("write the report", 1, 1)
    return result.evaluation
