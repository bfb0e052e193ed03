"""Flows: the command line `atelier`. Each command imports its libraries when it is called, so that `--help` is fast."""

from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from flows.commands.lifecycle import evaluate, ingest, lifecycle, train
from flows.commands.models import check, models, new
from flows.commands.pictures import check_records, rate, score_pictures
from flows.commands.promotion import promote, rollback
from flows.commands.registry import clean, compare, export, history, restore, status, verify

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Train, evaluate and promote generative models. A model is a YAML file in deployments/models.",
)


def _print_version(asked: bool) -> None:
    if asked:
        from flows.version import version

        typer.echo(f"atelier {version()}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass  # options of the program itself; typer has run the callback of `--version` already


PANELS: Mapping[str, tuple[Callable[..., None], ...]] = {
    "Models": (models, check, new),
    "Lifecycle": (ingest, train, evaluate, promote, lifecycle),
    "Production": (status, compare, rollback, history, verify, restore),
    "Versions": (export, clean),
    "Pictures": (rate, score_pictures, check_records),
}

for _panel, _commands in PANELS.items():
    for _run in _commands:
        app.command(rich_help_panel=_panel)(_run)
