"""Demand: score and compare every candidate on the same products and origins."""

from collections.abc import Sequence

from components.core.errors import DataError
from components.core.recipe import RunLog, Workplace
from components.core.records import Checkpoint, Evaluation
from components.evaluation.loop import run_evaluation
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.evaluate.answers import Shared, forecast_shared, training_of
from components.recipes.demand.evaluate.setup import EvaluationSetup
from components.recipes.demand.predict.version import Version, open_version
from components.recipes.demand.series import SeriesSnapshot


def evaluate(
    config: DemandConfig,
    snapshot: SeriesSnapshot,
    split: str,
    checkpoints: Sequence[Checkpoint],
    workplace: Workplace,
    log: RunLog,
) -> Evaluation:
    """Return the scorecards of the candidates in their order, and how they compare in pairs on the same products.

    Raises:
        DataError: the split has nothing to forecast.
        CheckpointError: a candidate cannot be loaded.
    """
    from components.recipes.demand.evaluate.write_report import write_demand_report  # it loads matplotlib

    setup = EvaluationSetup(config, snapshot, split)
    if not len(setup.rows):
        raise DataError(f"The {split} split of snapshot {snapshot.digest} has nothing to forecast", expected="a fold")
    trainings: dict[str, list[Version]] = {}
    for checkpoint in checkpoints:
        version = open_version(checkpoint.folder)
        trainings.setdefault(training_of(version), []).append(version)
    shared: dict[str, Shared] = {
        name: forecast_shared(config, setup.rows, versions, workplace.cache, log)
        for name, versions in trainings.items()
    }
    result = run_evaluation(setup.loop_inputs(shared), checkpoints, workplace, log)
    log.progress("write the report", 0, 1)
    write_demand_report(setup, result, trainings, shared, workplace)
    log.progress("write the report", 1, 1)
    return result.evaluation
