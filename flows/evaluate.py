"""Flows: score every checkpoint and the base model on the same examples."""

from prefect import flow

from components.core.records import Evaluation
from flows.parameters import ModelName
from flows.promotion.carry_out import keep_golden_samples, write_cards
from flows.reports import publish_scores
from flows.task_runner import task_runner
from flows.tasks import list_candidates, open_run, read_config, read_snapshot, read_summary, score, write_scores


@flow(
    name="evaluate",
    flow_run_name="evaluate-{model}",
    task_runner=task_runner(),
    description="Scores every version of the last training, the one in production and the base model on the same "
    "examples, compares them in pairs, and writes the report. Nothing goes into production.",
)
def evaluate(model: ModelName, snapshot: str = "latest", overrides: list[str] | None = None) -> Evaluation:
    """Return scorecards of the versions trained on the snapshot, of Production and the base, and paired comparisons.

    Args:
        model: The model. Each is a YAML file in deployments/models.
        snapshot: The digest of a snapshot, or latest.
        overrides: Other values for fields of the YAML, such as train.steps=200.
    """
    config = read_config(model, overrides)

    with open_run(config, "evaluate") as run:
        examples = read_snapshot(config, snapshot, run)
        candidates = list_candidates(config, examples)
        evaluation = score(config, examples, candidates, run)
        write_scores(config, examples, candidates, evaluation, run)
        keep_golden_samples(config, candidates, run)
        write_cards(config, [int(version.version) for version in candidates])
        publish_scores(config, evaluation, read_summary(config))

    return evaluation
