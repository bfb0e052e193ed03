"""Evaluation: the report of an evaluation: a page of HTML, JSON, Markdown tables and curves."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from components.core.files import write_text
from components.evaluation.report.curves import save_curves
from components.evaluation.report.formatting import as_json
from components.evaluation.report.html import page
from components.evaluation.report.inputs import Noun, ReportInputs, Target, report_inputs
from components.evaluation.report.markdown import scores_page, summary
from components.evaluation.report.panels import Panel, render_panel
from components.evaluation.report.report_json import report_data

__all__ = [
    "Noun",
    "Panel",
    "ReportInputs",
    "Target",
    "render_panel",
    "report_inputs",
    "save_json",
    "write_report",
]


def write_report(inputs: ReportInputs, folder: Path) -> dict[str, Any]:
    """Write the report's files into the folder; return its data.

    They are report.html, report.json (docs/report.schema.json), scores.png, scores.md, scorecards.json and summary.md.
    The same inputs give the same bytes. Numbers that are not finite are null in JSON and a dash in the page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data = report_data(inputs)
    save_curves(inputs, folder / "scores.png")
    save_json(folder / "report.json", data)
    save_json(folder / "scorecards.json", [as_json(asdict(subject.card)) for subject in inputs.subjects])
    for name, text in _texts(inputs, data).items():
        write_text(folder / name, text)
    return data


def _texts(inputs: ReportInputs, data: Mapping[str, Any]) -> dict[str, str]:
    return {
        "scores.md": scores_page(inputs, data),
        "summary.md": summary(inputs, data),
        "report.html": page(inputs, data),  # written last: where it is, the others are complete
    }


def save_json(path: Path, value: Any) -> None:
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
