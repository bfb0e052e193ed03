"""Flows: what is said of pictures that no model of ours need have drawn. Nothing is remembered: no run, no server."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from components.core.files import write_text
from components.recipes.product_images.folders.caption_files import read_captions
from components.recipes.product_images.folders.report import as_markdown, scores_json
from components.recipes.product_images.folders.scores import Progress, ScoringSettings, score_folders
from registry.environment import QUIET


def score_pictures(
    folders: Sequence[Path], reference: Path, captions: Path | None, scoring: ScoringSettings, report: Path | None
) -> dict[str, Any]:
    """Return the scores of one folder or two, their floors, their difference, and what their numbers decide."""
    os.environ.update({name: value for name, value in QUIET.items() if name not in os.environ})
    named = read_captions(captions) if captions else None
    with _bars() as progress:
        places = [folder.expanduser().absolute() for folder in (*folders, reference)]
        found = scores_json(score_folders(places[:-1], places[-1], named, scoring, progress))
    if report is not None:
        write_text(report / "scores.md", as_markdown(found))
        write_text(report / "scores.json", json.dumps(found, indent=2) + "\n")
    return found


@contextmanager
def _bars() -> Iterator[Progress]:
    """Yield what draws a bar a folder on standard error, where that is a terminal; standard output is for results."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    tasks: dict[str, Any] = {}
    with Bars(*columns, console=console, disable=not console.is_terminal) as bars:

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done)

        yield progress
