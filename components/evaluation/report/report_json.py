"""Evaluation: the report as data. `report.json` is this, and page and tables only set it."""

from typing import Any

from components.core.metric_table import METRICS
from components.core.records import Comparison, Score, Scorecard
from components.evaluation.report.formatting import plain, title
from components.evaluation.report.inputs import Material, Neighbour, Subject
from components.evaluation.report.leader import lead_of
from components.evaluation.report.limitations import doubts
from components.evaluation.report.overfitting import turn_of
from components.evaluation.report.paired_results import winner
from components.evaluation.report.stopping import stop_of
from components.evaluation.report.targets import checklist

VERSION = 1  # of the schema in docs/report.schema.json: a field that goes or changes its meaning makes it 2


def account_of(material: Material) -> dict[str, Any]:
    """Return all that the report says, without its pictures, as the JSON value of docs/report.schema.json."""
    lead = lead_of(material)
    account = {
        "version": VERSION,
        "model": material.model,
        "about": material.about,
        "snapshot": material.snapshot,
        "split": material.split,
        "headline": {
            "sentence": lead.sentence,
            "leader": lead.subject.key if lead.subject else None,
            "decided": lead.decided,
            "enough": lead.enough,
        },
        "prompts": material.prompts,
        "primary": material.primary,
        "metrics": {name: _metric(name) for name in material.metrics},
        "floors": {name: _floor(material, name) for name in material.metrics},
        "subjects": [_subject(material, subject) for subject in material.subjects],
        "comparisons": [_comparison(material, comparison) for comparison in material.comparisons],
        "sampling": {"looks": material.looks, "budget": material.budget, **plain(stop_of(material, lead))},
        "turn": turn_of(material),
        "cannot_decide": doubts(material),
        "ratings": [{**plain(rated), "subject": material.title_of(rated.digest)} for rated in material.ratings],
        "test": {"title": _title(material, material.test), **plain(material.test)} if material.test else None,
        **{name: getattr(material, name) for name in ("judges", "heads", "left_out", "seconds", "settings")},
    }
    whole: dict[str, Any] = plain(account)
    return whole


def _title(material: Material, card: Scorecard) -> str:
    return next((s.title for s in material.subjects if s.card.subject == card.subject), card.subject)


def _metric(name: str) -> dict[str, Any]:
    row = METRICS.get(name)
    if row is None:
        return {"title": title(name), "meaning": "", "better": 0, "unit": "", "interval": "", "note": ""}
    told = {"meaning": row.meaning, "better": row.better, "unit": row.unit, "interval": row.interval, "note": row.note}
    return {"title": title(name), **told}


def _floor(material: Material, name: str) -> float | None:
    scores = [s.card.scores[name] for s in material.subjects if name in s.card.scores]
    return next((score.floor for score in scores if score.floor is not None), None)


def _subject(material: Material, subject: Subject) -> dict[str, Any]:
    told = {name: getattr(subject, name) for name in ("role", "step", "digest", "slices", "seconds", "drawn", "cached")}
    scores: dict[str, Score] = dict(subject.card.scores)
    near = [_neighbour(neighbour) for neighbour in subject.nearest]
    checks = checklist(material, subject)
    return {"key": subject.key, "title": subject.title, **told, "scores": scores, "checklist": checks, "nearest": near}


def _neighbour(neighbour: Neighbour) -> dict[str, Any]:
    return {name: getattr(neighbour, name) for name in ("file_name", "distance", "memorised")}


def _comparison(material: Material, comparison: Comparison) -> dict[str, Any]:
    won = winner(comparison)
    return {
        **plain(comparison),
        "ours_title": material.title_of(comparison.ours),
        "theirs_title": material.title_of(comparison.theirs),
        "decided": comparison.decided,
        "winner": material.title_of(won) if won else None,
    }
