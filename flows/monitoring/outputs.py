"""Flows: compares what the version in production makes with what it made when it was promoted."""

from collections.abc import Mapping, Sequence
from typing import Any

from components import recipes
from components.core.config import ModelConfig
from components.core.monitored import Regenerate, Regenerated
from components.core.records import Snapshot
from components.drift.score_changes import score_changes
from components.drift.verdict import ScoreChange
from flows.console.progress import flow_log
from flows.monitoring.compare import Watched
from flows.retries import IF_UNAVAILABLE
from flows.task_decorator import task
from registry import scorecards, versions
from registry.loaded import config_of
from registry.monitor_runs import keep_sample, read_sample, sample_of_promotion
from registry.search import Version
from registry.settings import settings
from registry.tracking import Run


@task(task_run_name="compare outputs of {config.model}", **IF_UNAVAILABLE)
def compare_outputs(config: ModelConfig, watched: Watched, reference: Snapshot, run: Run) -> Sequence[ScoreChange]:
    """Generate again what the version made at its promotion, and return how its scores changed.

    The promotion kept what the evaluation had generated. Where it did not, as after a rollback, the first look keeps
    what is left of that, or generates it.
    """
    regenerate, version = regenerate_of(config), watched.version
    if regenerate is None:
        return ()
    before = read_sample(run.id)
    if before is None:
        kept = sample_of_promotion(version, watched.promotion)
        before = kept or make_outputs(regenerate, config, version, reference).sample
        keep_sample(run, before)
    found = make_outputs(regenerate, config, version, reference, before)
    card, measures = scorecards.scorecard_of(version), recipes.get_recipe(config.recipe).metrics
    return score_changes(found.comparisons, card.scores if card else {}, config.promote, measures)


def regenerate_of(config: ModelConfig) -> Regenerate | None:
    """Return the recipe's function, or None if what a version makes is not compared."""
    return recipes.get_recipe(config.recipe).regenerate if config.monitor.outputs else None


def make_outputs(
    regenerate: Regenerate,
    config: ModelConfig,
    version: Version,
    reference: Snapshot,
    before: Mapping[str, Any] | None = None,
) -> Regenerated:
    """Return what a version makes now, compared with `before`; without that, what its evaluation left is used.

    `config` has the present number of outputs, and `reference` is the snapshot that the version was trained on.
    """
    own = config_of(version, config).model_copy(update={"monitor": config.monitor})
    with flow_log(None) as log:
        return regenerate(own, versions.checkpoint_of(version), reference, before, settings().caches, log)
