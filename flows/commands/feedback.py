"""Flows: the command `feedback`, which keeps people's corrections of a model's examples."""

import time
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import Debug, Json, Model, command, print_result
from flows.promotion.request import current_user


def feedback_command(
    model: Model,
    file: Annotated[Path, typer.Option(help="The corrections, in the form that the model's recipe reads.")],
    by: Annotated[str | None, typer.Option(help="Who made them; by default the user of this machine.")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Keep corrections of examples, with who made them and when. The next ingest uses them, and says what they changed.

    A correction that is kept already is not added again. The newest correction of an example counts.
    """
    with command(debug, model) as config:
        from flows.console.feedback import show_feedback
        from flows.feedback import feedback

        found = feedback(config, file.expanduser().absolute(), current_user() if by is None else by, time.time())
        print_result(found, show_feedback, as_json)
