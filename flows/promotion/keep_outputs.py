"""Flows: keeps what a version makes when it is promoted, with which `monitor` compares what it makes later."""

from components.core.config import ModelConfig
from components.core.monitored import Regenerate
from components.core.records import Snapshot
from flows.monitoring.outputs import make_outputs, regenerate_of
from flows.promotion.decide import PolicyResult
from flows.retries import IF_UNAVAILABLE
from flows.task_decorator import task
from registry import search, tags
from registry.looks import promotion_of
from registry.monitor_runs import keep_sample_of_promotion
from registry.tracking import Run
from registry.version_record import kept


def keep_outputs(config: ModelConfig, snapshot: Snapshot, result: PolicyResult, run: Run) -> None:
    """Keep the outputs of the promoted version that its evaluation generated: nothing is generated for this.

    An error leaves the promotion as it is: then the first look makes the outputs. A version that was trained on another
    snapshot, as after a forced promotion, is left to the first look too.
    """
    if result.promoted and (regenerate := regenerate_of(config)):
        keep_outputs_of(regenerate, config, snapshot, result.promoted.version, run, return_state=True)


@task(task_run_name="keep what version {number} makes", **IF_UNAVAILABLE)
def keep_outputs_of(regenerate: Regenerate, config: ModelConfig, snapshot: Snapshot, number: int, run: Run) -> None:
    version = search.read_version(config.model, number)
    if kept(version).get(tags.TRAINED_ON) == snapshot.digest:
        sample = make_outputs(regenerate, config, version, snapshot).sample
        keep_sample_of_promotion(run, version, promotion_of(config.model, number), sample)
