"""Evaluation: the scores as Markdown tables, for places that show no page: a Prefect artifact, a terminal."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from components.core.records import Score
from components.evaluation.report.formatting import direction, is_share, score_words, spoken, title
from components.evaluation.report.inputs import ReportInputs

MOST = 6  # columns that a person compares at a glance
NOTHING_OPEN = "- Nothing is known to be open."
SPECIAL = re.compile(r"([\\`*_\[\]|<>&#~])")


def main_scores(inputs: ReportInputs) -> list[str]:
    """Return the few scores of the first table: the primary ones, then those that the recipe shows."""
    measured = inputs.measured
    wanted = dict.fromkeys([*inputs.primary, *inputs.shown])
    return [name for name in wanted if name in measured][:MOST]


def score_table(inputs: ReportInputs, metrics: Sequence[str]) -> str:
    """Return a Markdown table, one row a subject and a last one of real examples, if scored; intervals in brackets."""
    lines = [
        f"| | {' | '.join(_head(inputs, name) for name in metrics)} |",
        "|---|" + "---|" * len(metrics),
    ]
    for subject in inputs.subjects:
        cells = [_cell(inputs, name, subject.card.scores.get(name)) for name in metrics]
        lines.append(f"| {subject.title} | {' | '.join(cells)} |")
    floors = [_floor(inputs, name) for name in metrics]
    return "\n".join([*lines, *([f"| real {inputs.noun.many} | {' | '.join(floors)} |"] if any(floors) else [])])


def summary(inputs: ReportInputs, data: Mapping[str, Any]) -> str:
    """Return what a Prefect artifact shows: the sentences and the table."""
    open_ends = [f"- {markdown(sentence)}" for sentence in data["limitations"]]
    return "\n\n".join(
        [
            f"**{markdown(data['headline']['sentence'])}**",
            f"{markdown(inputs.model)}, {markdown(inputs.split)} split of snapshot {markdown(inputs.snapshot)}.",
            score_table(inputs, main_scores(inputs)),
            markdown(data["overfitting"]["sentence"]),
            markdown(data["stopping"]["sentence"]),
            f"What the {inputs.noun.many} cannot decide:\n\n" + "\n".join(open_ends or [NOTHING_OPEN]) + "\n",
        ]
    )


def scores_page(inputs: ReportInputs, data: Mapping[str, Any]) -> str:
    """Return all scores as Markdown, with what they rest on."""
    extractors = [f"- {markdown(name)}: {markdown(label)}" for name, label in inputs.extractors.items()]
    limitations = [f"- {markdown(limitation)}" for limitation in data["limitations"]]
    parts = [
        f"# Scores on the {markdown(inputs.split)} split of snapshot {markdown(inputs.snapshot)}",
        score_table(inputs, inputs.measured),
        f"In brackets: 95 % intervals. The row of real {inputs.noun.many}, if there is one: what they score against "
        "other real ones, at the same number.",
        "\n".join(extractors),
        "\n".join(limitations),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def markdown(text: str) -> str:
    r"""Return a text that Markdown shows as it is, on one line: no markup of others gets through.

    >>> print(markdown("<b>a|b</b>"))
    \<b\>a\|b\</b\>
    """
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _head(inputs: ReportInputs, metric: str) -> str:
    return f"{markdown(title(metric, inputs.metrics))} ({direction(metric, inputs.metrics)})"


def _cell(inputs: ReportInputs, metric: str, score: Score | None) -> str:
    if score is None:
        return ""
    value, interval = score_words(metric, score, inputs.metrics)
    return f"{value} ({interval})" + ("" if score.honest else ", too few to rank")


def _floor(inputs: ReportInputs, metric: str) -> str:
    scores = [s.card.scores[metric] for s in inputs.subjects if metric in s.card.scores]
    score = next((score for score in scores if score.floor is not None), None)
    return spoken(score.floor, score.low, score.high, is_share(metric, inputs.metrics))[0] if score else ""
