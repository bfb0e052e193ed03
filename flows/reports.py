"""Flows: publishes Prefect artifacts: what became of the rows, scores, decisions, rollbacks."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from components.core.config import ModelConfig
from components.core.plain_text import markdown
from components.core.records import Evaluation, Ingestion, Score, Snapshot
from flows.promotion.decide import PolicyResult
from registry import production


def ingest_summary(snapshot: Snapshot, ingestion: Ingestion, missing: Sequence[str] = ()) -> dict[str, Any]:
    """Return what became of every row, as `ingest --json` prints it, and sentences on what is missing afterwards."""
    return {
        "rows": ingestion.rows,
        "repaired": dict(ingestion.repaired),
        "selected": ingestion.selected,
        "kept": ingestion.kept,
        "quarantined": dict(ingestion.quarantined),
        "notes": dict(ingestion.notes),
        "read_as": dict(ingestion.read_as),
        "splits": snapshot.sizes,
        "digest": snapshot.digest,
        "missing": list(missing),
    }


def publish_ingestion(config: ModelConfig, summary: Mapping[str, Any]) -> None:
    rows = [{"what": what, "rows": _flat(value)} for what, value in summary.items()]
    create_table_artifact(rows, key=f"{config.model}-ingest", description=f"What became of every row of {config.model}")


def publish_scores(config: ModelConfig, evaluation: Evaluation, summary: str) -> None:
    cards = evaluation.scorecards
    rows = [{"subject": card.subject, **{name: _format_score(s) for name, s in card.scores.items()}} for card in cards]
    create_table_artifact(
        rows, key=f"{config.model}-scores", description="Scores with 95 % intervals, all on the same examples"
    )
    if summary:
        create_markdown_artifact(
            summary,
            key=f"{config.model}-evaluation",
            description="Which version leads, and what is undecided",
        )


def decisions_json(result: PolicyResult, dry_run: bool) -> dict[str, Any]:
    """Return the decisions as a JSON value, with the version in production at that time (`against`)."""
    return {
        "against": result.against,
        "challenger": result.challenger,
        "dry_run": dry_run,
        "decisions": [asdict(decision) for decision in result.decisions],
    }


def publish_decisions(config: ModelConfig, result: PolicyResult) -> None:
    """Publish the decisions and the ledger's last hash: a copy of the anchor outside the ledger's database."""
    promoted = markdown(result.promoted.reason) if result.promoted else "Nothing was promoted."
    lines = [f"| {d.version} | {d.verdict} | {markdown(d.rule)} | {markdown(d.reason)} |" for d in result.decisions]
    table = "\n".join(["| version | verdict | rule | reason |", "| --- | --- | --- | --- |", *lines])
    create_markdown_artifact(
        f"**{promoted}**\n\n{table}\n\n{ledger_line(config.model)}\n",
        key=f"{config.model}-decision",
        description=f"Decisions on {config.model}",
    )


def publish_rollback(config: ModelConfig, now: int) -> None:
    """Publish the version in production and the ledger's last hash."""
    create_markdown_artifact(
        f"**Version {now} is in production.**\n\n{ledger_line(config.model)}\n",
        key=f"{config.model}-rollback",
        description=f"Rollback of {config.model}",
    )


def ledger_line(model: str) -> str:
    """Return a line with the number and hash of the ledger's last entry."""
    end = production.ledger_end(model)
    return f"Ledger: entry {end['entry']}, hash `{end['hash']}`." if end else "Ledger: no entry yet."


def _format_score(score: Score) -> str:
    few = "" if score.honest else ", too few to rank"
    return f"{score.value:.4g} ({score.low:.4g} to {score.high:.4g}), n {score.n}{few}"


def _flat(value: Any) -> Any:
    if isinstance(value, list):
        return " ".join(value) or "none"
    return ", ".join(f"{k}: {v}" for k, v in value.items()) or "none" if isinstance(value, dict) else value
