"""Flows: scores folders of pictures of any origin. Opens no MLflow run and starts no server."""

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
    """Return scores of one or two folders, their floors, their difference, and what the number of pictures decides."""
    os.environ.update({name: value for name, value in QUIET.items() if name not in os.environ})
    by_name = read_captions(captions) if captions else None
    with _progress_bars() as progress:
        paths = [folder.expanduser().absolute() for folder in (*folders, reference)]
        found = scores_json(score_folders(paths[:-1], paths[-1], by_name, scoring, progress))
    if report is not None:
        write_text(report / "scores.md", as_markdown(found))
        write_text(report / "scores.json", json.dumps(found, indent=2) + "\n")
    return found


@contextmanager
def _progress_bars() -> Iterator[Progress]:
    """Yield a callback that shows a progress bar a folder on standard error, if that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    tasks: dict[str, Any] = {}
    with Bars(*columns, console=console, disable=not console.is_terminal) as bars:

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done)

        yield progress
