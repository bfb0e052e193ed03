"""Flows: what a flow leaves in Prefect's page: the account of the rows, the scores, the decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from components.core.config import ModelConfig
from components.core.records import Decision, Evaluation, Ingestion, Score, Snapshot, Verdict


def account_of(snapshot: Snapshot, ingestion: Ingestion) -> dict[str, Any]:
    """Return what became of every row, as `ingest --json` prints it."""
    return {
        "rows": ingestion.rows,
        "repaired": dict(ingestion.repaired),
        "selected": ingestion.selected,
        "kept": ingestion.kept,
        "quarantined": dict(ingestion.quarantined),
        "notes": dict(ingestion.notes),
        "splits": snapshot.sizes,
        "digest": snapshot.digest,
    }


def publish_account(config: ModelConfig, account: Mapping[str, Any]) -> None:
    rows = [{"what": what, "rows": _flat(value)} for what, value in account.items()]
    create_table_artifact(rows, key=f"{config.model}-ingest", description=f"What became of every row of {config.model}")


def publish_scores(config: ModelConfig, evaluation: Evaluation) -> None:
    cards = evaluation.scorecards
    rows = [{"subject": card.subject, **{name: _shown(s) for name, s in card.scores.items()}} for card in cards]
    create_table_artifact(
        rows, key=f"{config.model}-scores", description="Scores with 95 % intervals, all on the same prompts and seeds"
    )


def decided(decisions: Sequence[Decision], champion: int | None, dry_run: bool) -> dict[str, Any]:
    """Return the decisions as a JSON value, with the version in production that they were made against."""
    return {"against": champion, "dry_run": dry_run, "decisions": [asdict(decision) for decision in decisions]}


def publish_decisions(config: ModelConfig, decisions: Sequence[Decision]) -> None:
    promoted = next((d.reason for d in decisions if d.verdict is Verdict.PROMOTE), "Nothing was promoted.")
    lines = [f"| {d.version} | {d.verdict} | {d.rule} | {d.reason} |" for d in decisions]
    table = "\n".join(["| version | verdict | rule | reason |", "| --- | --- | --- | --- |", *lines])
    create_markdown_artifact(
        f"**{promoted}**\n\n{table}\n", key=f"{config.model}-decision", description=f"Decisions on {config.model}"
    )


def _shown(score: Score) -> str:
    few = "" if score.honest else ", too few to rank"
    return f"{score.value:.4g} ({score.low:.4g} to {score.high:.4g}), n {score.n}{few}"


def _flat(value: Any) -> Any:
    return ", ".join(f"{k}: {v}" for k, v in value.items()) or "none" if isinstance(value, dict) else value
