"""Flows: what a flow leaves in Prefect's page: the account of the rows, the scores, the decisions."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from components.core.config import ModelConfig
from components.core.records import Evaluation, Ingestion, Score, Snapshot
from flows.promotion.decide import PolicyResult
from registry import production


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


def publish_scores(config: ModelConfig, evaluation: Evaluation, summary: str) -> None:
    cards = evaluation.scorecards
    rows = [{"subject": card.subject, **{name: _shown(s) for name, s in card.scores.items()}} for card in cards]
    create_table_artifact(
        rows, key=f"{config.model}-scores", description="Scores with 95 % intervals, all on the same examples"
    )
    if summary:
        create_markdown_artifact(
            summary,
            key=f"{config.model}-evaluation",
            description="Which version leads, and what stays undecided",
        )


def decided(result: PolicyResult, dry_run: bool) -> dict[str, Any]:
    """Return the decisions as a JSON value, with the version in production that they were made against."""
    return {
        "against": result.against,
        "challenger": result.challenger,
        "dry_run": dry_run,
        "decisions": [asdict(decision) for decision in result.decisions],
    }


def publish_decisions(config: ModelConfig, result: PolicyResult) -> None:
    """Show the decisions, and where the ledger ends: a copy of its anchor that who cuts the ledger does not reach."""
    promoted = result.promoted.reason if result.promoted else "Nothing was promoted."
    lines = [f"| {d.version} | {d.verdict} | {d.rule} | {d.reason} |" for d in result.decisions]
    table = "\n".join(["| version | verdict | rule | reason |", "| --- | --- | --- | --- |", *lines])
    create_markdown_artifact(
        f"**{promoted}**\n\n{table}\n\n{ledger_line(config.model)}\n",
        key=f"{config.model}-decision",
        description=f"Decisions on {config.model}",
    )


def publish_rollback(config: ModelConfig, now: int) -> None:
    """Show what is in production now, and where the ledger ends."""
    create_markdown_artifact(
        f"**Version {now} is in production.**\n\n{ledger_line(config.model)}\n",
        key=f"{config.model}-rollback",
        description=f"Rollback of {config.model}",
    )


def ledger_line(model: str) -> str:
    """Return a line that names the ledger's last entry by its number and hash."""
    end = production.ledger_end(model)
    return f"Ledger: entry {end['entry']}, hash `{end['hash']}`." if end else "Ledger: no entry yet."


def _shown(score: Score) -> str:
    few = "" if score.honest else ", too few to rank"
    return f"{score.value:.4g} ({score.low:.4g} to {score.high:.4g}), n {score.n}{few}"


def _flat(value: Any) -> Any:
    return ", ".join(f"{k}: {v}" for k, v in value.items()) or "none" if isinstance(value, dict) else value
