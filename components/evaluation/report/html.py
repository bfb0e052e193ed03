"""Evaluation: the report as one page of HTML without other files, network or scripts."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from markupsafe import Markup

from components.evaluation.report.curves import curves_of
from components.evaluation.report.formatting import format_value, is_share
from components.evaluation.report.inputs import ReportInputs
from components.evaluation.report.markdown import main_scores
from components.evaluation.report.outcome import outcome_section
from components.evaluation.report.paired_results import group_by_leader
from components.evaluation.report.panels import TEMPLATES, page_environment


def page(inputs: ReportInputs, data: Mapping[str, Any]) -> str:
    """Return the HTML. Names, prompts, settings and all other values are escaped."""
    return (
        page_environment(inputs.metrics)
        .get_template("page.html.j2")
        .render(
            r=data,
            style=Markup((TEMPLATES / "style.css").read_text(encoding="utf-8")),  # our own file, not escaped
            panels=inputs.panels,
            outcome=Markup(outcome_section(data["outcome"])),  # from a template, which escapes values
            noun=inputs.noun,
            same=inputs.same,
            named=inputs.named,
            curves=curves_of(inputs),
            pairs=group_by_leader(data),
            main=main_scores(inputs),
            floor_of=partial(_floor_of, inputs, data),
        )
    )


def _floor_of(inputs: ReportInputs, data: Mapping[str, Any], metric: str) -> str:
    """Return the score of real examples, with as many decimals as the scores of the subjects."""
    scores = [subject["scores"][metric] for subject in data["subjects"] if metric in subject["scores"]]
    low, high = next(((s["low"], s["high"]) for s in scores), (None, None))
    return format_value(data["floors"][metric], low, high, is_share(metric, inputs.metrics))[0]
