"""Flows: score every checkpoint and the bare base model on the same prompts and seeds."""

from prefect import flow

from components.core.records import Scorecard
from flows.reports import publish_scores
from flows.tasks import list_candidates, open_run, read_config, read_snapshot, score, write_scores


@flow(name="evaluate", flow_run_name="evaluate-{model}")
def evaluate(model: str, snapshot: str = "latest", overrides: list[str] | None = None) -> list[Scorecard]:
    """Return one scorecard a version that was trained on the snapshot, one of Production, and one of the base."""
    config = read_config(model, overrides)

    with open_run(config, "evaluate") as run:
        examples = read_snapshot(config, snapshot, run)
        candidates = list_candidates(config, examples)
        cards = score(config, examples, candidates, run)
        write_scores(candidates, cards, run)
        publish_scores(config, cards)

    return list(cards)
