"""Evaluation: the comparison of two subjects on one metric over all examples, and the page's order of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.core.differences import practically_equal
from components.core.metric_table import Metrics
from components.core.records import Comparison
from components.evaluation.report.formatting import format_value, is_finite, is_share
from components.evaluation.report.inputs import ReportInputs
from components.evaluation.subjects import Subject


def find_comparison(inputs: ReportInputs, metric: str, one: Subject[Any], other: Subject[Any]) -> Comparison | None:
    """Return the comparison of two subjects in either order; of several the one with the most examples."""
    found = [
        comparison
        for comparison in inputs.comparisons
        if comparison.metric == metric and not comparison.part and _joins(comparison, one, other)
    ]
    return max(found, key=lambda c: (c.n, not c.decided), default=None)


def probability_of(subject: Subject[Any], comparison: Comparison) -> float:
    """Return the probability that this subject is the better of the two."""
    return comparison.better if comparison.ours == subject.digest else 1.0 - comparison.better


def winner(comparison: Comparison) -> str | None:
    """Return the digest of the better subject if the comparison is decided and its probability is finite, else None."""
    if not comparison.decided or not is_finite(comparison.better):
        return None
    return comparison.ours if comparison.better > 0.5 else comparison.theirs


def can_rank(metric: str, subject: Subject[Any]) -> bool:
    """Return whether the subject's score can rank: it is measured, finite, and has enough examples."""
    score = subject.card.scores.get(metric)
    return score is not None and score.honest and is_finite(score.value)


def best_subject(subjects: Sequence[Subject[Any]], metric: str, metrics: Metrics) -> Subject[Any] | None:
    """Return the subject with the best finite score; of equal scores the first."""
    better = metrics[metric].better if metric in metrics else +1
    scored = [s for s in subjects if metric in s.card.scores and is_finite(s.card.scores[metric].value)]
    return max(scored, key=lambda s: better * s.card.scores[metric].value, default=None)


def format_difference(comparison: Comparison, metrics: Metrics) -> str:
    value, interval = format_value(
        comparison.difference, comparison.low, comparison.high, is_share(comparison.metric, metrics)
    )
    return f"{value} ({interval})"


def equality(comparisons: Sequence[Comparison], metrics: Metrics) -> str:
    """Return the phrase for comparisons that no practical number of examples would decide; empty if some would be."""
    found = [practically_equal(comparison) for comparison in comparisons]
    largest = [each for each in found if each is not None]
    if not largest or len(largest) < len(found):
        return ""
    scale, unit = (100.0, " points") if is_share(comparisons[0].metric, metrics) else (1.0, "")
    return f"equal for practical purposes (difference at most {max(largest) * scale:.2g}{unit})"


def _joins(comparison: Comparison, one: Subject[Any], other: Subject[Any]) -> bool:
    pairs = ((one, other), (other, one))
    return any(comparison.ours == a.digest and comparison.theirs == b.digest for a, b in pairs)


Row = Mapping[str, Any]


def group_by_leader(data: Row) -> dict[str, Sequence[Row]]:
    """Return the leader's comparisons, those of the others, and those of slices, each with primary scores first."""
    leader = next((s["title"] for s in data["subjects"] if s["key"] == data["headline"]["leader"]), None)
    rows = sorted((_from_leader(row, leader) for row in data["comparisons"]), key=lambda row: _primary_first(data, row))
    whole = [row for row in rows if not row["part"]]
    return {
        "leading": [row for row in whole if row["ours_title"] == leader],
        "others": [row for row in whole if row["ours_title"] != leader],
        "parts": [row for row in rows if row["part"]],
    }


def _primary_first(data: Row, row: Row) -> tuple[int, str]:
    primary = list(data["primary"])
    return primary.index(row["metric"]) if row["metric"] in primary else len(primary), str(row["metric"])


def _from_leader(row: Row, leader: str | None) -> Row:
    """Return the comparison with the leader as its first subject; a swap changes the sign of the difference."""
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
