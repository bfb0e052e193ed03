"""Flows: scores the promoted version on the test split, once. Test scores are never used to choose."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from prefect.futures import PrefectFuture

from components import recipes
from components.core.config import ModelConfig
from components.core.recipe import Workplace
from components.core.records import Evaluation, Snapshot
from flows.console.progress import flow_log
from flows.promotion.decide import PolicyResult
from flows.retries import IF_UNAVAILABLE
from flows.task_decorator import task
from registry import aliases, scorecards, search, versions
from registry.search import Version
from registry.settings import settings
from registry.tracking import Run

TEST = "test"


@dataclass(frozen=True, slots=True)
class ScoresOnTest:
    """The scores of a version on the test split that are being computed, and the folder of their report."""

    version: Version
    evaluation: PrefectFuture[Evaluation]
    report: Path


@contextmanager
def scores_on_test(config: ModelConfig, snapshot: Snapshot, result: PolicyResult) -> Iterator[ScoresOnTest | None]:
    """Yield the test scores of the version that a decision promotes; None without one, or if it has them already.

    They are computed while the block runs, which waits for the smoke test's process most of the time.
    """
    version = search.read_version(config.model, result.promoted.version) if result.promoted else None
    known = scorecards.scorecard_on_test(version) if version else None
    if version is None or (known and known.snapshot == snapshot.digest):
        yield None
        return
    with TemporaryDirectory() as folder:
        future = score_on_test.submit(config, snapshot, version, Path(folder))
        try:
            yield ScoresOnTest(version, future, Path(folder))
        finally:
            future.wait()  # it writes into the folder


@task(task_run_name="score {config.model} on the test split", **IF_UNAVAILABLE)
def score_on_test(config: ModelConfig, snapshot: Snapshot, version: Version, report: Path) -> Evaluation:
    with flow_log(None) as log:
        workplace = Workplace(
            cache=settings().caches,
            report=report,
            production=search.adapter_of(version),
            beside={"validation split": "../report.html"},
        )
        evaluate = recipes.get_recipe(config.recipe).evaluate
        return evaluate(config, snapshot, TEST, [versions.checkpoint_of(version)], workplace, log)


def keep_test_scores(config: ModelConfig, scores: ScoresOnTest | None, run: Run) -> None:
    """Keep the scores and their report, if the version is in production now: its smoke test may have refused it."""
    version = aliases.production(config.model)
    if scores is None or version is None or version.version != scores.version.version:
        return
    evaluation = scores.evaluation.result()
    run.artifacts(scores.report, TEST)
    settings().keep_report(f"{config.model}/{TEST}", scores.report)
    scorecards.write_test_scorecard(run, version, evaluation.trained[0])
