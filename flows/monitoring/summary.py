"""Flows: what a look found, as one record, as `monitor --json` prints it, and as Markdown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from components.core.config import ModelConfig
from components.core.plain_text import markdown
from components.drift.columns import ColumnDrift
from components.drift.verdict import (
    LARGE,
    DriftState,
    DriftVerdict,
    Levels,
    ScoreChange,
    compared,
    drift_verdict,
    levels,
    state_of_column,
    state_of_score,
)
from flows.monitoring.compare import RowComparison, Watched
from registry.looks import Look

MOST_ASKED = 10  # columns of requests on one screen
COLUMNS = ("column", "reference -> now", "distance", "limit", "verdict")
ASKED = ("requests", "before -> last week", "distance", "limit")
SCORES = ("what it makes", "better (+) or worse (-)", "margin", "verdict")


@dataclass(frozen=True)
class Found:
    """The verdict of one look and all that it is made of."""

    rows: RowComparison
    columns: Sequence[ColumnDrift]  # those that decided: none if there are too few rows
    scores: Sequence[ScoreChange]
    allowed: Levels
    verdict: DriftVerdict
    asked: Sequence[ColumnDrift] = ()  # how far the latest requests are from the earlier ones


def judge(config: ModelConfig, watched: Watched, rows: RowComparison, scores: Sequence[ScoreChange]) -> Found:
    """Return the verdict of a look."""
    columns = compared(rows.columns, config.monitor)
    allowed = levels(watched.look, len(columns) + len(scores), config.monitor)
    return Found(rows, columns, scores, allowed, drift_verdict(watched.look, rows.columns, scores, config.monitor))


def drifting(found: Found) -> tuple[str, ...]:
    """Return the columns and scores that alone would give DRIFT."""
    columns = [drift.column for drift in found.columns if state_of_column(drift, found.allowed) == DriftState.DRIFT]
    scores = [change.score for change in found.scores if state_of_score(change, found.allowed) == DriftState.DRIFT]
    return (*scores, *sorted(columns))


def summary_of(look: Look, found: Found) -> dict[str, Any]:
    """Return a look as JSON values, the least probable column first."""
    return {
        "model": look.model,
        "version": look.version,
        "state": look.state,
        "rule": look.rule,
        "sentence": look.sentence,
        "look": look.look,
        "time": iso(look.time),
        "new_rows": look.n,
        "snapshot": look.snapshot,
        "current": look.current,
        "columns": [_column(drift, found) for drift in found.rows.columns],
        "scores": [_score(change, found) for change in found.scores],
        "asked": [_asked(drift) for drift in found.asked],
        "run": look.run,
    }


def iso(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="seconds")


def _column(drift: ColumnDrift, found: Found) -> dict[str, Any]:
    state = str(state_of_column(drift, found.allowed)) if drift in found.columns else "TOO FEW"
    return {
        "column": drift.column,
        "change": drift.change,
        "method": drift.method,
        "distance": drift.distance,
        "limit": LARGE[drift.method],
        "p": drift.p,
        "n": drift.n,
        "reference_n": drift.reference_n,
        "state": state,
    }


def _asked(drift: ColumnDrift) -> dict[str, Any]:
    fields = ("column", "change", "method", "distance", "p", "n", "reference_n")
    return {name: getattr(drift, name) for name in fields} | {"limit": LARGE[drift.method]}


def _score(change: ScoreChange, found: Found) -> dict[str, Any]:
    return {
        "score": change.score,
        "change": change.value,
        "low": change.low,
        "high": change.high,
        "margin": change.margin,
        "state": str(state_of_score(change, found.allowed)),
    }


def page(summary: Mapping[str, Any], links: str) -> str:
    """Return a look as one screen of Markdown."""
    head = f"# {summary['state']}\n\n**{markdown(summary['sentence'])}.**\n\n{about(summary)}"
    rows = (
        _table(COLUMNS, column_rows(summary)),
        _table(SCORES, score_rows(summary)),
        _table(ASKED, asked_rows(summary)),
    )
    parts = [head, *rows, links]
    return "\n\n".join(part for part in parts if part)


def column_rows(summary: Mapping[str, Any]) -> list[list[str]]:
    """Return a row of text for each column, under the headings COLUMNS."""
    return [
        [c["column"], c["change"], f"{c['distance']:.3f}", f"{c['limit']:g} ({c['method']})", c["state"]]
        for c in summary["columns"]
    ]


def score_rows(summary: Mapping[str, Any]) -> list[list[str]]:
    """Return a row of text for each score, under the headings SCORES."""
    return [
        [s["score"], f"{s['change']:+.4g} ({s['low']:+.4g} to {s['high']:+.4g})", f"{s['margin']:.4g}", s["state"]]
        for s in summary["scores"]
    ]


def asked_rows(summary: Mapping[str, Any]) -> list[list[str]]:
    """Return a row of text for each column of the requests, the least probable ten, under the headings ASKED."""
    return [
        [a["column"], a["change"], f"{a['distance']:.3f}", f"{a['limit']:g} ({a['method']})"]
        for a in summary["asked"][:MOST_ASKED]
    ]


def about(summary: Mapping[str, Any]) -> str:
    """Return a sentence on what was compared."""
    return (
        f"Look {summary['look']} at version {summary['version']} of {summary['model']}: {summary['new_rows']:,} new "
        f"rows of snapshot {summary['current']}, compared with snapshot {summary['snapshot']}, which it was trained on."
    )


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    lines = [f"| {' | '.join(markdown(cell) for cell in row)} |" for row in [headings, ["---"] * len(headings), *rows]]
    lines[1] = f"|{' --- |' * len(headings)}"
    return "\n".join(lines)
