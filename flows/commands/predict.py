"""Flows: the command `predict`, which answers a table with one version of a model."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import Debug, Json, Model, command, print_result


def predict_command(
    model: Model,
    table: Annotated[Path, typer.Argument(help="A CSV file, in any encoding and with any separator.")],
    to: Annotated[Path, typer.Option(help="A new CSV file: the table with the answers as further columns.")],
    version: Annotated[str | None, typer.Option(help="Number or alias; by default the version in production.")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Answer each row of a table with a version, and write the answers beside the rows, completely or not at all."""
    with command(debug, model) as config:
        from flows.console.predicted import show_predicted
        from flows.predict import predict as run

        found = run(config, table.expanduser().absolute(), version, to.expanduser().absolute())
        print_result(found, show_predicted, as_json)
