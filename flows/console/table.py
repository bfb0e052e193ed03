"""Flows: how everything looks that commands print for people: one kind of table, plain sentences."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table


def console() -> Console:
    """Return a console that takes reasons for people's words, brackets and all."""
    return Console(markup=False, emoji=False, highlight=False)


def table(title: str, headings: Sequence[str]) -> Table:
    """Return an empty table; long cells fold."""
    made = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in headings:
        made.add_column(heading, overflow="fold")
    return made


def print_line(sentence: str) -> None:
    """Print a sentence, broken into lines in a terminal alone: elsewhere programs read it."""
    screen = console()
    screen.print(sentence, soft_wrap=not screen.is_terminal)
