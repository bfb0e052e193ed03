"""Evaluation: what the paired comparisons say of two subjects on one metric, over all pictures."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.core.metric_table import METRICS
from components.core.records import Comparison
from components.evaluation.report.formatting import is_finite, is_share, spoken
from components.evaluation.report.inputs import Material, Subject


def pair(material: Material, metric: str, one: Subject, other: Subject) -> Comparison | None:
    """Return the comparison of two subjects, whichever is ours; of several the one of most pictures."""
    found = [
        comparison
        for comparison in material.comparisons
        if comparison.metric == metric and not comparison.part and _joins(comparison, one, other)
    ]
    return max(found, key=lambda c: (c.n, not c.decided), default=None)


def chance_of(subject: Subject, comparison: Comparison) -> float:
    """Return the probability that this subject is the better one of the two."""
    return comparison.better if comparison.ours in subject.known_as else 1.0 - comparison.better


def winner(comparison: Comparison) -> str | None:
    """Return the digest of the better one where the interval leaves out 0 and the probability is one, or else None."""
    if not comparison.decided or not is_finite(comparison.better):
        return None
    return comparison.ours if comparison.better > 0.5 else comparison.theirs


def trust(material: Material, metric: str, subject: Subject) -> bool:
    """Tell whether the subject's score may rank anything: there, finite, and of enough pictures."""
    score = subject.card.scores.get(metric)
    return score is not None and score.honest and is_finite(score.value)


def best_of(subjects: list[Subject], metric: str) -> Subject | None:
    """Return the subject with the best finite score; of equal ones the first."""
    better = METRICS[metric].better if metric in METRICS else +1
    numbered = [s for s in subjects if metric in s.card.scores and is_finite(s.card.scores[metric].value)]
    return max(numbered, key=lambda s: better * s.card.scores[metric].value, default=None)


def difference_words(comparison: Comparison) -> str:
    value, interval = spoken(comparison.difference, comparison.low, comparison.high, is_share(comparison.metric))
    return f"{value} ({interval})"


def _joins(comparison: Comparison, one: Subject, other: Subject) -> bool:
    pairs = ((one, other), (other, one))
    return any(comparison.ours in a.known_as and comparison.theirs in b.known_as for a, b in pairs)


Row = Mapping[str, Any]


def paired(account: Row) -> dict[str, Sequence[Row]]:
    """Return the leader's comparisons, those of the others among themselves, and those of slices, each by metric."""
    leader = next((s["title"] for s in account["subjects"] if s["key"] == account["headline"]["leader"]), None)
    rows = sorted((_facing(row, leader) for row in account["comparisons"]), key=lambda row: _rank(account, row))
    whole = [row for row in rows if not row["part"]]
    return {
        "leading": [row for row in whole if row["ours_title"] == leader],
        "others": [row for row in whole if row["ours_title"] != leader],
        "parts": [row for row in rows if row["part"]],
    }


def _rank(account: Row, row: Row) -> tuple[int, str]:
    primary = list(account["primary"])
    return primary.index(row["metric"]) if row["metric"] in primary else len(primary), str(row["metric"])


def _facing(row: Row, leader: str | None) -> Row:
    """Return the comparison with the leader as its first subject: the difference changes its sign."""
    if row["theirs_title"] != leader:
        return row
    return {
        **row,
        **{"ours": row["theirs"], "ours_title": row["theirs_title"]},
        **{"theirs": row["ours"], "theirs_title": row["ours_title"]},
        **{"difference": _minus(row["difference"]), "low": _minus(row["high"]), "high": _minus(row["low"])},
        "better": None if row["better"] is None else 1.0 - row["better"],
    }


def _minus(number: float | None) -> float | None:
    return None if number is None else 0.0 - number
