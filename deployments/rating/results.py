"""Deployments: the ratings so far, as a table or as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from components.core.files import file_digest
from components.core.records import BASE, REAL, Rating
from components.metrics.questions import QUESTIONS
from components.metrics.ratings import rater_agreement, summarise_ratings
from deployments.rating.exhibition import files_of, read_index
from registry.ratings import ratings
from registry.settings import settings

Found = Mapping[str, Any]


def show(model: str, as_json: bool) -> None:
    """Print the ratings of a model's present pictures.

    Raises:
        DataError: there are no pictures to rate yet.
    """
    reports = settings().reports
    found = results(reports, read_index(reports, model))
    if as_json:
        typer.echo(json.dumps(found))
    else:
        _print(found)


def results(reports: Path, index: Found) -> dict[str, Any]:
    """Return a row for each subject and question. The real pictures come first: they are the floor.

    Answers about other snapshots, and about pictures that an evaluation has replaced, are left out.
    """
    subjects = index["subjects"]
    shown = {(digest, file_digest(path)) for digest, paths in files_of(reports, index).items() for path in paths}
    answers = [r for r in ratings(index["model"]) if r.snapshot == index["snapshot"] and (r.digest, r.item) in shown]
    rows = [{"step": subjects[rated.digest]["step"], **asdict(rated)} for rated in summarise_ratings(answers)]
    names = list(QUESTIONS)
    return {
        "model": index["model"],
        "snapshot": index["snapshot"],
        "raters": sorted({rating.rater for rating in answers}),
        "agreement": _agreements(answers),
        "rows": sorted(rows, key=lambda row: (names.index(row["question"]), *_place(row), row["digest"])),
    }


def _agreements(answers: Sequence[Rating]) -> dict[str, float | None]:
    return {name: rater_agreement([rating for rating in answers if rating.question == name]) for name in QUESTIONS}


def _place(row: Found) -> tuple[int, int]:
    return ((REAL, BASE).index(row["digest"]) if row["digest"] in (REAL, BASE) else 2, row["step"] or 0)


def _print(found: Found) -> None:
    console = Console()
    title = f"Ratings of {found['model']}, 1 to 5, snapshot {found['snapshot']}"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in ("question", "pictures"):
        table.add_column(heading, no_wrap=True)
    for heading in ("mean (95 %)", "n", "agreement"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in found["rows"]:
        table.add_row(*_cells(row), style="bold" if row["digest"] == REAL else None)
    console.print(table)
    console.print(_sentence(found), soft_wrap=not console.is_terminal, highlight=False)


def _cells(row: Found) -> list[str]:
    mean = f"{row['mean']:.2f} ({row['low']:.2f}–{row['high']:.2f})"  # noqa: RUF001  an en dash is meant
    return [row["question"], _subject(row), mean, str(row["n"]), _number(row["agreement"])]


def _subject(row: Found) -> str:
    named = {REAL: "real (floor)", BASE: "base"}
    return named.get(row["digest"]) or f"step {row['step']} ({row['digest'][:12]})"


def _sentence(found: Found) -> str:
    if not found["rows"]:
        return f"These pictures have no ratings yet: `python -m flows rate {found['model']}` serves the page."
    if len(found["raters"]) == 1:
        return "One rater so far: the intervals hold for other pictures, not for other raters."
    alphas = ", ".join(f"{name} {_number(alpha)}" for name, alpha in found["agreement"].items())
    return f"{len(found['raters'])} raters; agreement (Krippendorff's alpha, 1 is full) over all pictures: {alphas}."


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
