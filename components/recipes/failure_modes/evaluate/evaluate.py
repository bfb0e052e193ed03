"""Failure modes: score and compare every candidate on the same comments."""

from collections.abc import Sequence

from components.core.errors import DataError
from components.core.recipe import RunLog, Workplace
from components.core.records import Checkpoint, Evaluation
from components.evaluation.loop import run_evaluation
from components.recipes.failure_modes.comment import Comments
from components.recipes.failure_modes.config import FailureModesConfig
from components.recipes.failure_modes.evaluate.setup import EvaluationSetup


def evaluate(
    config: FailureModesConfig,
    snapshot: Comments,
    split: str,
    checkpoints: Sequence[Checkpoint],
    workplace: Workplace,
    log: RunLog,
) -> Evaluation:
    """Return the scorecards of the candidates in their order, and how they compare in pairs on the same comments.

    Raises:
        DataError: the split has no labels.
        CheckpointError: a candidate cannot be loaded.
    """
    from components.recipes.failure_modes.evaluate.write_report import write_text_report  # it loads matplotlib

    setup = EvaluationSetup(config, snapshot, split)
    if not setup.comments:
        raise DataError(f"The {split} split of snapshot {snapshot.digest} has no labels", expected="some to score by")
    result = run_evaluation(setup.loop_inputs(), checkpoints, workplace, log)
    log.progress("write the report", 0, 1)
    write_text_report(setup, result, checkpoints, workplace)
    log.progress("write the report", 1, 1)
    return result.evaluation
