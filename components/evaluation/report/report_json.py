"""Evaluation: the data of the report, as in report.json; the page and the tables show them."""

from typing import Any

from components.core.differences import practically_equal
from components.core.records import Comparison, Score, Scorecard
from components.evaluation.report.formatting import as_json, title
from components.evaluation.report.inputs import ReportInputs
from components.evaluation.report.leader import Leader, find_leader
from components.evaluation.report.limitations import limitations
from components.evaluation.report.outcome import outcome_data
from components.evaluation.report.overfitting import overfitting_of
from components.evaluation.report.paired_results import winner
from components.evaluation.report.stopping import stop_of
from components.evaluation.report.targets import checklist, unsaid
from components.evaluation.subjects import Subject

VERSION = 3  # of docs/report.schema.json: raise it when a field is removed or changes its meaning


def report_data(inputs: ReportInputs) -> dict[str, Any]:
    """Return the whole report without images, as docs/report.schema.json describes it."""
    lead = find_leader(inputs)
    data = {
        "version": VERSION,
        "model": inputs.model,
        "about": inputs.about,
        "snapshot": inputs.snapshot,
        "split": inputs.split,
        "headline": _headline(lead),
        "outcome": outcome_data(inputs.decisions, inputs.beside, current=False, split=inputs.split),
        "noun": inputs.noun,
        "primary": inputs.primary,
        "metrics": {name: _metric(inputs, name) for name in inputs.measured},
        "floors": {name: _floor(inputs, name) for name in inputs.measured},
        "subjects": [_subject(inputs, subject) for subject in inputs.subjects],
        "comparisons": [_comparison(inputs, comparison) for comparison in inputs.comparisons],
        "stopping": {"looks": inputs.looks, "budget": inputs.budget, **as_json(stop_of(inputs, lead))},
        "overfitting": overfitting_of(inputs),
        "limitations": limitations(inputs),
        "unsaid": unsaid(inputs),
        "ratings": [{**as_json(rated), "subject": inputs.title_of(rated.digest)} for rated in inputs.ratings],
        "test": {"title": _title(inputs, inputs.test), **as_json(inputs.test)} if inputs.test else None,
        "panels": {panel.id: {"title": panel.title, "data": panel.data} for panel in inputs.panels},
        **{name: getattr(inputs, name) for name in ("extractors", "left_out", "seconds", "settings")},
    }
    whole: dict[str, Any] = as_json(data)
    return whole


def _headline(lead: Leader) -> dict[str, Any]:
    leader = lead.subject.key if lead.subject else None
    return {"sentence": lead.sentence, "leader": leader, "decided": lead.decided, "enough": lead.enough}


def _title(inputs: ReportInputs, card: Scorecard) -> str:
    return next((s.title for s in inputs.subjects if s.card.subject == card.subject), card.subject)


def _metric(inputs: ReportInputs, name: str) -> dict[str, Any]:
    row = inputs.metrics.get(name)
    if row is None:
        return {
            "title": title(name, inputs.metrics),
            "meaning": "",
            "better": 0,
            "unit": "",
            "interval": "",
            "note": "",
        }
    facts = {"meaning": row.meaning, "better": row.better, "unit": row.unit, "interval": row.interval, "note": row.note}
    return {"title": title(name, inputs.metrics), **facts}


def _floor(inputs: ReportInputs, name: str) -> float | None:
    scores = [s.card.scores[name] for s in inputs.subjects if name in s.card.scores]
    return next((score.floor for score in scores if score.floor is not None), None)


def _subject(inputs: ReportInputs, subject: Subject[Any]) -> dict[str, Any]:
    facts = {name: getattr(subject, name) for name in ("role", "in_production", "step", "digest", "slices")}
    scores: dict[str, Score] = dict(subject.card.scores)
    checks = checklist(inputs, subject)
    return {
        "key": subject.key,
        "title": subject.title,
        **facts,
        **as_json(subject.work),
        "scores": scores,
        "checklist": checks,
    }


def _comparison(inputs: ReportInputs, comparison: Comparison) -> dict[str, Any]:
    won = winner(comparison)
    return {
        **as_json(comparison),
        "ours_title": inputs.title_of(comparison.ours),
        "theirs_title": inputs.title_of(comparison.theirs),
        "decided": comparison.decided,
        "equal": practically_equal(comparison),
        "winner": inputs.title_of(won) if won else None,
    }
