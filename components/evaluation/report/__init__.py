"""Evaluation: what an evaluation leaves for people. One page, the same as data, tables and pictures."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from components.core.files import write_text
from components.data.pictures.grid import save_grid, what_differs
from components.evaluation.report.curves import save_curves
from components.evaluation.report.formatting import plain
from components.evaluation.report.html import page
from components.evaluation.report.inputs import Head, Material, Neighbour, Subject
from components.evaluation.report.markdown import scores_page, summary
from components.evaluation.report.report_json import account_of

CARDS = "cards"  # registry/scorecards.py looks there
CARD_CELL = 96  # pixels: six of them fit beside the menu of MLflow's page, which shrinks no picture

__all__ = ["Head", "Material", "Neighbour", "Subject", "write_json", "write_report"]


def write_report(material: Material, folder: Path) -> dict[str, Any]:
    """Write the page, the data that it sets, tables and pictures into the folder; return the data.

    They are report.html, report.json (docs/report.schema.json), grid.png and cards/<digest>.png unless nothing is
    shown, scores.png, scores.md, scorecards.json and summary.md. The same material
    gives the same bytes. Numbers that are not finite are null in JSON and a dash in the page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    account = account_of(material)
    shown = [(s.title, s.shown[: len(material.prompts)]) for s in material.subjects if len(s.shown)]
    if shown:
        save_grid(shown, what_differs(material.prompts), folder / "grid.png")
        _save_cards(material, folder / CARDS)
    save_curves(material, folder / "scores.png")
    write_json(folder / "report.json", account)
    write_json(folder / "scorecards.json", [plain(asdict(subject.card)) for subject in material.subjects])
    for name, text in _texts(material, account).items():
        write_text(folder / name, text)
    return account


def _save_cards(material: Material, folder: Path) -> None:
    """Save a small grid of each trained subject under the base model's pictures, for the card of its version."""
    folder.mkdir(exist_ok=True)
    count = len(material.prompts)
    above = [(s.title, s.shown[:count]) for s in material.subjects if s.role == "base" and len(s.shown)]
    for subject in (s for s in material.subjects if s.role != "base" and len(s.shown)):
        rows = [*above, (subject.title, subject.shown[:count])]
        scale = CARD_CELL / max(subject.shown.shape[-2:])
        save_grid(rows, what_differs(material.prompts), folder / f"{subject.digest}.png", scale)


def _texts(material: Material, account: Mapping[str, Any]) -> dict[str, str]:
    return {
        "scores.md": scores_page(material, account),
        "summary.md": summary(material, account),
        "report.html": page(material, account),  # the last one: where it stands, all others do
    }


def write_json(path: Path, value: Any) -> None:
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
