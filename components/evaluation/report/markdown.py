"""Evaluation: the scores as Markdown tables, for places that show no page: a Prefect artifact, a terminal."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from components.core.records import Score
from components.evaluation.report.formatting import direction, is_share, score_words, spoken, title
from components.evaluation.report.inputs import Material

MAIN = ("fid", "kid", "clip_score", "recall", "coverage", "attribute_agreement", "white_background")
MOST = 6  # columns that a person compares at a glance
SPECIAL = re.compile(r"([\\`*_\[\]|<>&#~])")


def main_metrics(material: Material) -> list[str]:
    """Return the few metrics of the first table: the primary ones, then those that most people know."""
    known = [name for name in MAIN if name in material.metrics and name not in material.primary]
    return [*(name for name in material.primary if name in material.metrics), *known][:MOST]


def score_table(material: Material, metrics: Sequence[str]) -> str:
    """Return a Markdown table, one row a subject and a last one of real pictures; intervals in brackets."""
    lines = [
        "| | " + " | ".join(f"{markdown(title(name))} ({direction(name)})" for name in metrics) + " |",
        "|---|" + "---|" * len(metrics),
    ]
    for subject in material.subjects:
        cells = [_cell(name, subject.card.scores.get(name)) for name in metrics]
        lines.append(f"| {subject.title} | {' | '.join(cells)} |")
    floors = [_floor(material, name) for name in metrics]
    return "\n".join([*lines, f"| real pictures | {' | '.join(floors)} |"])


def summary(material: Material, account: Mapping[str, Any]) -> str:
    """Return what a Prefect artifact shows: the sentences and the table, no pictures."""
    doubts = [f"- {markdown(doubt)}" for doubt in account["cannot_decide"]] or ["- Nothing is known to be open."]
    return "\n\n".join(
        [
            f"**{markdown(account['headline']['sentence'])}**",
            f"{markdown(material.model)}, {markdown(material.split)} split of snapshot {markdown(material.snapshot)}.",
            score_table(material, main_metrics(material)),
            markdown(account["turn"]["sentence"]),
            markdown(account["sampling"]["sentence"]),
            "What the pictures cannot decide:\n\n" + "\n".join(doubts) + "\n",
        ]
    )


def scores_page(material: Material, account: Mapping[str, Any]) -> str:
    """Return all scores as Markdown, with what they rest on."""
    judges = [f"- {markdown(name)}: {markdown(judge)}" for name, judge in material.judges.items()]
    doubts = [f"- {markdown(doubt)}" for doubt in account["cannot_decide"]]
    parts = [
        f"# Scores on the {markdown(material.split)} split of snapshot {markdown(material.snapshot)}",
        score_table(material, material.metrics),
        "In brackets: 95 % intervals. The row of real pictures: what real pictures score against other real ones, as "
        "many as were drawn.",
        "\n".join(judges),
        "\n".join(doubts),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def markdown(text: str) -> str:
    r"""Return a text that Markdown shows as it is, on one line: no markup of others gets through.

    >>> print(markdown("<b>a|b</b>"))
    \<b\>a\|b\</b\>
    """
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _cell(metric: str, score: Score | None) -> str:
    if score is None:
        return ""
    value, interval = score_words(metric, score)
    return f"{value} ({interval})" + ("" if score.honest else ", too few to rank")


def _floor(material: Material, metric: str) -> str:
    scores = [s.card.scores[metric] for s in material.subjects if metric in s.card.scores]
    score = next((score for score in scores if score.floor is not None), None)
    return spoken(score.floor, score.low, score.high, is_share(metric))[0] if score else ""
