"""Evaluation: the scores as Markdown tables, for Prefect artifacts and terminals."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.core.plain_text import markdown
from components.core.records import Score
from components.evaluation.report.formatting import direction, format_score, format_value, is_share, title
from components.evaluation.report.inputs import ReportInputs
from components.evaluation.report.outcome import outcome_line

MOST_COLUMNS = 6  # of the first table: what fits a screen
NOTHING_OPEN = "- There are no known limits."


def main_scores(inputs: ReportInputs) -> list[str]:
    """Return the scores of the first table: the primary ones, then those in the recipe's `shown`."""
    measured = inputs.measured
    wanted = dict.fromkeys([*inputs.primary, *inputs.shown])
    return [name for name in wanted if name in measured][:MOST_COLUMNS]


def score_table(inputs: ReportInputs, metrics: Sequence[str]) -> str:
    """Return a Markdown table with a row for each subject and for real examples, if scored; intervals in brackets."""
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
    """Return the text of the Prefect artifact: the sentences and the main table."""
    limits = [f"- {markdown(sentence)}" for sentence in data["limitations"]]
    return "\n\n".join(
        [
            f"**{markdown(data['headline']['sentence'])}**",
            f"{markdown(inputs.model)}, {markdown(inputs.split)} split of snapshot {markdown(inputs.snapshot)}.",
            outcome_line(data["outcome"]),
            score_table(inputs, main_scores(inputs)),
            markdown(data["overfitting"]["sentence"]),
            markdown(data["stopping"]["sentence"]),
            "Limitations:\n\n" + "\n".join(limits or [NOTHING_OPEN]) + "\n",
        ]
    )


def scores_page(inputs: ReportInputs, data: Mapping[str, Any]) -> str:
    """Return all scores as Markdown, with the extractors and the limitations."""
    extractors = [f"- {markdown(name)}: {markdown(label)}" for name, label in inputs.extractors.items()]
    limitations = [f"- {markdown(limitation)}" for limitation in data["limitations"]]
    parts = [
        f"# Scores on the {markdown(inputs.split)} split of snapshot {markdown(inputs.snapshot)}",
        score_table(inputs, inputs.measured),
        f"Brackets hold 95 % intervals. The row of real {inputs.noun.many}, if there is one, has their scores against "
        "other real ones, at the same number.",
        "\n".join(extractors),
        "\n".join(limitations),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(inputs: ReportInputs, metric: str) -> str:
    return f"{markdown(title(metric, inputs.metrics))} ({direction(metric, inputs.metrics)})"


def _cell(inputs: ReportInputs, metric: str, score: Score | None) -> str:
    if score is None:
        return ""
    value, interval = format_score(metric, score, inputs.metrics)
    return f"{value} ({interval})" + ("" if score.honest else ", too few to rank")


def _floor(inputs: ReportInputs, metric: str) -> str:
    scores = [s.card.scores[metric] for s in inputs.subjects if metric in s.card.scores]
    score = next((score for score in scores if score.floor is not None), None)
    return format_value(score.floor, score.low, score.high, is_share(metric, inputs.metrics))[0] if score else ""
