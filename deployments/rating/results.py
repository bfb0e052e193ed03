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
from components.core.rated_outputs import RatedOutputs
from components.core.records import BASE, REAL, Rating
from components.metrics.ratings import rater_agreement, summarise_ratings
from deployments.rating.exhibition import files_of, read_index
from deployments.rating.rated_model import rated_model
from registry.ratings import ratings
from registry.settings import settings

Found = Mapping[str, Any]


def show(model: str, as_json: bool) -> None:
    """Print the ratings of a model's present outputs.

    Raises:
        DataError: there is nothing to rate yet.
    """
    reports, rated = settings().reports, rated_model(model).rated
    found = results(reports, rated, read_index(reports, model, rated))
    if as_json:
        typer.echo(json.dumps(found))
    else:
        _print(found, rated)


def results(reports: Path, rated: RatedOutputs, index: Found) -> dict[str, Any]:
    """Return a row for each subject and question. The real outputs come first: they are the floor.

    Answers about other snapshots, and about outputs that an evaluation has replaced, are left out.
    """
    subjects = index["subjects"]
    files = files_of(reports, rated, index)
    shown = {(digest, file_digest(path)) for digest, of_subject in files.items() for path, _ in of_subject}
    answers = [r for r in ratings(index["model"]) if r.snapshot == index["snapshot"] and (r.digest, r.item) in shown]
    rows = [{"step": subjects[summary.digest]["step"], **asdict(summary)} for summary in summarise_ratings(answers)]
    names = list(rated.questions)
    return {
        "model": index["model"],
        "snapshot": index["snapshot"],
        "raters": sorted({rating.rater for rating in answers}),
        "agreement": _agreements(answers, names),
        "rows": sorted(rows, key=lambda row: (names.index(row["question"]), *_place(row), row["digest"])),
    }


def _agreements(answers: Sequence[Rating], questions: Sequence[str]) -> dict[str, float | None]:
    return {name: rater_agreement([rating for rating in answers if rating.question == name]) for name in questions}


def _place(row: Found) -> tuple[int, int]:
    return ((REAL, BASE).index(row["digest"]) if row["digest"] in (REAL, BASE) else 2, row["step"] or 0)


def _print(found: Found, rated: RatedOutputs) -> None:
    console = Console()
    title = f"Ratings of {found['model']}, 1 to 5, snapshot {found['snapshot']}"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in ("question", rated.plural):
        table.add_column(heading, no_wrap=True)
    for heading in ("mean (95 %)", "n", "agreement"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in found["rows"]:
        table.add_row(*_cells(row), style="bold" if row["digest"] == REAL else None)
    console.print(table)
    console.print(_sentence(found, rated), soft_wrap=not console.is_terminal, highlight=False)


def _cells(row: Found) -> list[str]:
    mean = f"{row['mean']:.2f} ({row['low']:.2f}–{row['high']:.2f})"  # noqa: RUF001  an en dash is meant
    return [row["question"], _subject(row), mean, str(row["n"]), _number(row["agreement"])]


def _subject(row: Found) -> str:
    named = {REAL: "real (floor)", BASE: "base"}
    return named.get(row["digest"]) or f"step {row['step']} ({row['digest'][:12]})"


def _sentence(found: Found, rated: RatedOutputs) -> str:
    if not found["rows"]:
        return f"These {rated.plural} have no ratings yet: `python -m flows rate {found['model']}` serves the page."
    if len(found["raters"]) == 1:
        return f"One rater so far: the intervals hold for other {rated.plural}, not for other raters."
    alphas = ", ".join(f"{name} {_number(alpha)}" for name, alpha in found["agreement"].items())
    count, every = len(found["raters"]), f"all {rated.plural}"
    return f"{count} raters; agreement (Krippendorff's alpha, 1 is full) over {every}: {alphas}."


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
