"""Flows: prints what a look of the monitor found: the verdict first, then a row for each column and score."""

from collections.abc import Mapping, Sequence
from typing import Any

from flows.console.table import console, print_line, table
from flows.monitoring.summary import ASKED, COLUMNS, SCORES, about, asked_rows, column_rows, score_rows


def show_look(found: Mapping[str, Any]) -> None:
    """Print the verdict with its sentence, the tables, and what was compared."""
    print_line(f"{found['state']}: {found['sentence']}.")
    _show("New rows", COLUMNS, column_rows(found))
    _show("Production", SCORES, score_rows(found))
    _show("Requests", ASKED, asked_rows(found))
    print_line(about(found))


def _show(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        return
    shown = table(title, headings)
    for row in rows:
        shown.add_row(*row)
    console().print(shown)
