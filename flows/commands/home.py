"""Flows: the commands `where`, `doctor` and `relocate`, about the folder of all state."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from components.core.errors import UsageError
from flows.commands.common import FAILED, Debug, Json, exit_on_error, print_result


def where_command(as_json: Json = False, debug: Debug = False) -> None:
    """Print the address of MLflow's database, which works in any folder: MLFLOW_TRACKING_URI=$(atelier where)."""
    with exit_on_error(debug):
        from registry.home import move_in
        from registry.settings import settings, tracking_uri

        found = settings()
        _require_home(found.home)
        move_in()
        shown = {"tracking_uri": tracking_uri(), "home": str(found.home), "models": str(found.models)}
        print_result(shown, lambda where: typer.echo(where["tracking_uri"]), as_json)


def doctor_command(as_json: Json = False, debug: Debug = False) -> None:
    """Look at this home and machine, and say what is wrong and which command mends it.

    Packages against their pins, device, memory, disk, databases, migrations, servers, paths, files, base models,
    locks, each model's schedule. Exit code 1: something is wrong.
    """
    with exit_on_error(debug):
        from flows.console.home import show_examination
        from registry.doctor import examine
        from registry.health import State
        from registry.settings import settings

        _require_home(settings().home)
        lines = [{**asdict(line), "said": line.said} for line in examine()]
        complaints = [{"part": line["part"], "said": line["said"]} for line in lines if line["state"] == State.PROBLEM]
        found = {"home": str(settings().home), "complaints": complaints, "lines": lines}
        print_result(found, show_examination, as_json)
    if complaints:
        raise typer.Exit(FAILED)


def relocate_command(
    former: Annotated[
        Path | None, typer.Option(help="The folder that this home was in; by default its database says it.")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Count the paths, and change nothing.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Change the paths of a home that was copied or moved. Commands do so themselves when they find such a home."""
    with exit_on_error(debug):
        from flows.console.home import show_relocation
        from registry.relocate import relocate as run
        from registry.settings import settings

        _require_home(settings().home)
        done = run(former.expanduser().absolute() if former else None, dry_run)
        print_result({**asdict(done), "sentence": done.sentence}, show_relocation, as_json)


def _require_home(home: Path) -> None:
    if not home.is_dir():
        raise UsageError(
            f"There is no home in {home}",
            expected="the folder that a lifecycle made",
            act="go to the folder in which you ran it, or name the home in ATELIER_HOME",
        )
