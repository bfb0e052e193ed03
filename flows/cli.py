"""Flows: the command line. Nothing heavy is imported before a command is chosen."""

from collections.abc import Callable, Mapping

import typer

from flows.commands.lifecycle import evaluate, ingest, lifecycle, train
from flows.commands.pictures import check_records, rate, score_pictures
from flows.commands.promotion import promote, rollback
from flows.commands.registry import clean, compare, export, history, restore, status, verify

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Keep models alive: ingest, train, evaluate, promote. A model is a YAML file in deployments/models.",
)


PANELS: Mapping[str, tuple[Callable[..., None], ...]] = {
    "The round": (ingest, train, evaluate, promote, lifecycle),
    "Production": (status, compare, rollback, history, verify, restore),
    "Versions": (export, clean),
    "Pictures": (rate, score_pictures, check_records),
}

for _panel, _commands in PANELS.items():
    for _run in _commands:
        app.command(rich_help_panel=_panel)(_run)
