"""Flows: prints decisions on retraining, kept and made again, and what promotions brought."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from components.core.records import BASE
from flows.console.table import console, print_line, table
from registry.retrainings import Retraining, outcome_of

Result = Mapping[str, Any]

ASKED_BY = {"": "a person", "schedule": "the schedule", "drift": "drift"}


def retraining_json(kept: Retraining) -> dict[str, Any]:
    """Return a kept decision as JSON values. Inputs that were edited and are no JSON stay texts."""
    inputs = {name: _parsed(getattr(kept, name)) for name in ("facts", "policy")}
    return {**asdict(kept), **inputs, "outcome": outcome_of(kept)}


def show_replay(found: Result) -> None:
    """Print a row for each decision, a sentence for each one that is not the same, and how many are."""
    shown = table(f"Decisions on retraining {found['model']}", ("entry", "when (UTC)", "asked by", "answer", "again"))
    for row in found["decisions"]:
        shown.add_row(
            str(row["entry"]), when(row["time"]), asked_by(row), f"{row['action']} ({row['rule']})", _again(row)
        )
    if found["decisions"]:
        console().print(shown)
    for row in found["decisions"]:
        if row["problem"]:
            print_line(row["problem"])
    print_line(_summary(found))


def retraining_line(row: Result) -> str:
    """Return one line on a decision: the answer, when, who asked, why, and what became of it."""
    outcome = _outcome(row)
    answer = f"{row['action']} ({row['rule']}), {when(row['time'])} UTC, asked by {asked_by(row)}: {row['sentence']}"
    return f"Retraining: {answer}{f' {outcome}' if outcome else ''}"


def benefit_text(benefit: Result) -> str:
    """Return what a promotion brought: each primary score of both, the difference, its 95 % interval."""
    scores = "; ".join(map(_score, benefit["scores"])) or "no score of both"
    clear = "clearly better" if benefit["clear"] else "not clearly better"
    return f"Benefit over {_named(benefit['against'])}: {clear}. {scores} (snapshot {benefit['snapshot']})."


def asked_by(row: Result) -> str:
    return ASKED_BY.get(row["reason"], str(row["reason"]))


def when(seconds: Any) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"
    except (TypeError, ValueError, OverflowError, OSError):  # an edited row is shown as it is
        return str(seconds)


def _outcome(row: Result) -> str:
    outcome = row["outcome"]
    if outcome is None:
        return "It runs, or was killed." if row["action"] == "START" else ""
    if "error" in outcome:
        return f"It failed: {outcome['error']}"
    if not outcome.get("promoted"):
        return "Nothing was promoted."
    promoted = f"Version {outcome['promoted']} was promoted"
    if outcome.get("benefit") is None:
        return f"{promoted}; its benefit was not measured."
    before = _named(outcome.get("against"))  # decisions of older releases do not say which
    return f"{promoted}, {'clearly' if outcome['benefit'] else 'not clearly'} better than {before}."


def _named(against: str | None) -> str:
    if against is None:
        return "the one before"
    return "the base model" if against == BASE else f"version {against}"


def _score(score: Result) -> str:
    numbers = (_number(score.get(name)) for name in ("old", "new", "difference", "low", "high"))
    old, new, difference, low, high = numbers
    return f"{score.get('score')} {old} to {new}, {difference} ({low} to {high}), n {score.get('n')}"


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) else "unknown"


def _again(row: Result) -> str:
    if row["same"]:
        return "the same"
    return f"{row['again']['action']} ({row['again']['rule']})" if row["again"] else "cannot be read"


def _summary(found: Result) -> str:
    count, other = len(found["decisions"]), sum(not row["same"] for row in found["decisions"])
    if not count:
        return f"Nothing was decided on retraining {found['model']} yet."
    made = f"{count:,} decision{'s' if count > 1 else ''} on {found['model']} made again"
    return f"{made}: {f'{other} not as kept' if other else 'the same answers'}."


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError):
        return text
