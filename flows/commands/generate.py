"""Flows: the command `generate`, which uses one version of a model."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import Debug, Json, Model, command, print_result


def generate_command(  # noqa: PLR0913  each is an option of the command line
    model: Model,
    prompt: Annotated[str, typer.Argument(help="What to generate, in the words of the model's captions.")],
    n: Annotated[int | None, typer.Option("--n", "-n", min=1, help="How many; by default 4.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Of the first one; each next one has the next seed.")] = None,
    version: Annotated[
        str | None,
        typer.Option(help="A number, Production, Challenger, or base for the base model; by default Production."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="A new folder; by default one in generated/ under ATELIER_HOME.")
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Generate with a version, with the settings it was scored with. The same request and seed give the same bytes."""
    with command(debug, model) as config:
        from flows.console.generated import show_generated
        from flows.generate_folder import generate as run

        options = {name: value for name, value in (("count", n), ("seed", seed)) if value is not None}
        folder = to.expanduser().absolute() if to else None
        print_result(run(config, prompt, version, options, folder), show_generated, as_json)
