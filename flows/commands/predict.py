"""Flows: the command `predict`, which answers a table with one version of a model."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import Debug, Json, Model, command, print_result


def predict_command(  # noqa: PLR0913  each is a word of the command line
    model: Model,
    table: Annotated[Path, typer.Argument(help="A CSV file, in any encoding and with any separator.")],
    to: Annotated[Path, typer.Option(help="A new CSV file: the table with the answers as further columns.")],
    version: Annotated[str | None, typer.Option(help="Number or alias; by default the version in production.")] = None,
    long_form: Annotated[
        bool, typer.Option("--long", help="Write lists as rows: a forecast of 8 weeks has 8 rows, each with its date.")
    ] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Answer each row of a table with a version, and write the answers beside the rows, completely or not at all."""
    with command(debug, model) as config:
        from flows.console.predicted import show_predicted
        from flows.predict import predict as run

        found = run(config, table.expanduser().absolute(), version, to.expanduser().absolute(), long_form)
        print_result(found, show_predicted, as_json)
