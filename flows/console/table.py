"""Flows: the table and line format that all commands print in."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from components.core.plain_text import printable

WIDEST = 10_000  # columns


def console() -> Console:
    """Return a console that prints text as it is: brackets in a person's reason are not markup."""
    return Console(markup=False, emoji=False, highlight=False)


def table(title: str, headings: Sequence[str]) -> Table:
    """Return an empty table whose long cells wrap."""
    made = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in headings:
        made.add_column(heading, overflow="fold")
    return made


def width_of(shown: Table) -> int:
    """Return the columns of the terminal that a table needs so that nothing of it is cut."""
    wide = console().options.update(max_width=WIDEST)
    return console().measure(shown, options=wide).maximum


def print_line(sentence: str) -> None:
    """Print a sentence. It is wrapped in a terminal only, so that programs read whole lines."""
    screen = console()
    screen.print(printable(sentence), soft_wrap=not screen.is_terminal)
