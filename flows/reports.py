"""Flows: publishes Prefect artifacts: what became of the rows, scores, decisions, rollbacks."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from components.core.config import ModelConfig
from components.core.plain_text import markdown
from components.core.records import Evaluation, Ingestion, Score, Snapshot
from flows.console.progress_artifacts import artifact_key
from flows.promotion.decide import PolicyResult
from registry import evaluations, pages, production
from registry.retrainings import Retraining
from registry.settings import settings
from registry.tracking import Run


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
    create_table_artifact(rows, key=artifact_key(config.model, "ingest"), description="What became of every row")


def publish_scores(config: ModelConfig, evaluation: Evaluation, summary: str) -> None:
    cards = evaluation.scorecards
    rows = [{"subject": card.subject, **{name: _format_score(s) for name, s in card.scores.items()}} for card in cards]
    create_table_artifact(
        rows,
        key=artifact_key(config.model, "scores"),
        description="Scores with 95 % intervals",
    )
    if summary:
        create_markdown_artifact(
            summary,
            key=artifact_key(config.model, "evaluation"),
            description="The leader, and what is undecided",
        )


def decisions_json(result: PolicyResult, dry_run: bool) -> dict[str, Any]:
    """Return the decisions as a JSON value, with the version in production at that time (`against`)."""
    return {
        "against": result.against,
        "challenger": result.challenger,
        "dry_run": dry_run,
        "decisions": [asdict(decision) for decision in result.decisions],
    }


def publish_decisions(config: ModelConfig, snapshot: Snapshot, result: PolicyResult, run: Run, dry_run: bool) -> None:
    """Publish the decisions with links, and the ledger's last hash: a copy of the anchor outside its database."""
    scored = evaluations.evaluation_run(config.model, config.evaluation_digest(snapshot.digest))
    title = headline(result, dry_run)
    create_markdown_artifact(
        decisions_page(title, result, links(config.model, run.id, scored), ledger_line(config.model)),
        key=artifact_key(config.model, "decision"),
        description=title,  # a card in Prefect's page shows its first 40 characters
    )


def publish_retraining(config: ModelConfig, retraining: Retraining) -> None:
    """Publish a decision on retraining with its facts, so that a run that ends at once says why."""
    create_markdown_artifact(
        retraining_page(retraining),
        key=artifact_key(config.model, "retraining"),
        description=f"{retraining.action} ({retraining.rule})",
    )


def retraining_page(retraining: Retraining) -> str:
    """Return a decision as Markdown: the answer, then the facts and the policy that it was made from."""
    asked = {"": "A person", "schedule": "The schedule", "drift": "Drift"}.get(retraining.reason, retraining.reason)
    title = f"# {retraining.action} ({markdown(retraining.rule)})\n\n{markdown(retraining.sentence)}"
    who = f"{asked} asked for the lifecycle of {markdown(retraining.model)}."
    report = f" Report: MLflow run `{retraining.report}`." if retraining.report else ""
    again = f"Decision {retraining.entry}. `python -m flows replay-decisions {retraining.model}` makes it again."
    rows = {**json.loads(retraining.facts), **json.loads(retraining.policy)["retrain"]}
    told = {name: value for name, value in rows.items() if value != "" and name != "reason"}  # the sentence has it
    table = "\n".join(f"| {name} | {markdown(_cell(value))} |" for name, value in told.items())
    return f"{title}\n\n{who}{report}\n\n| fact, limit | value |\n| --- | --- |\n{table}\n\n{again}\n"


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def headline(result: PolicyResult, dry_run: bool) -> str:
    if result.promoted is None:
        return "Nothing is promoted"
    return f"Version {result.promoted.version} {'would be' if dry_run else 'is'} promoted"


def decisions_page(title: str, result: PolicyResult, links: str, ledger: str) -> str:
    """Return the decisions as Markdown. Each has a paragraph of its own, as a table cell would be too narrow."""
    best = result.promoted
    others = [decision for decision in result.decisions if decision is not best]
    why = [markdown(best.reason)] if best else []
    parts = [f"## Version {d.version}: {d.verdict} ({markdown(d.rule)})\n\n{markdown(d.reason)}" for d in others]
    return "\n\n".join(part for part in (f"# {title}", *why, links, *parts, ledger) if part)


def links(model: str, run: str, scored: str) -> str:
    """Return Markdown with links to the report, the MLflow runs and the grid; paths of files if MLflow has no page."""
    addresses = {
        "Report": pages.artifact_page(scored, "evaluation/report.html"),
        "MLflow run of this decision": pages.run_page(run),
        "MLflow run of the scores": pages.run_page(scored),
    }
    found = [f"[{name}]({address})" for name, address in addresses.items() if address]
    grid = pages.artifact_file(scored, "evaluation/grid.png") if found else ""
    if not found:
        return f"Report and grid: `{settings().reports / model}`. `make ui` starts MLflow's pages."
    return f"{' | '.join(found)}\n\n[![The grid, version by version]({grid})]({grid})"


def publish_rollback(config: ModelConfig, now: int) -> None:
    """Publish the version in production and the ledger's last hash."""
    create_markdown_artifact(
        f"**Version {now} is in production.**\n\n{ledger_line(config.model)}\n",
        key=artifact_key(config.model, "rollback"),
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
