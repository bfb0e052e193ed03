"""Flows: scores the promoted version on the test split, once. Test scores are never used to choose."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from prefect import task

from components import recipes
from components.core.config import ModelConfig
from components.core.recipe import Workplace
from components.core.records import Decision, Snapshot, Verdict
from flows.console.progress import flow_log
from registry import aliases, scorecards, search, versions
from registry.settings import settings
from registry.tracking import Run

TEST = "test"


@task(task_run_name="score {config.model} on the test split")
def score_on_test(config: ModelConfig, snapshot: Snapshot, decisions: Sequence[Decision], run: Run) -> None:
    """Score the promoted version on the test split of this snapshot, if that was not done before."""
    version = aliases.production(config.model)
    promoted = {decision.version for decision in decisions if decision.verdict is Verdict.PROMOTE}
    if version is None or int(version.version) not in promoted:
        return
    known = scorecards.scorecard_on_test(version)
    if known and known.snapshot == snapshot.digest:
        return
    recipe = recipes.get_recipe(config.recipe)
    with TemporaryDirectory() as report, flow_log(None) as log:
        workplace = Workplace(
            cache=settings().caches,
            report=Path(report),
            production=search.adapter_of(version),
            beside={"validation split": "../report.html"},
        )
        checkpoints = [versions.checkpoint_of(version)]
        evaluation = recipe.evaluate(config, snapshot, TEST, checkpoints, workplace, log)
        run.artifacts(Path(report), TEST)
        settings().keep_report(f"{config.model}/{TEST}", Path(report))
    scorecards.write_test_scorecard(run, version, evaluation.trained[0])
