"""Flows: the command `reap`."""

import typer

from flows.commands.common import Debug, Json, Result, exit_on_error, print_result, quiet, run_flow
from flows.commands.signals import handle_signals


def reap_command(as_json: Json = False, debug: Debug = False) -> None:
    """End the runs of processes that died, in Prefect and MLflow, and start their work again. `make worker` does so."""
    handle_signals()
    quiet(debug)
    with exit_on_error(debug):
        from flows.console.log_file import open_log
        from registry.environment import prepare_environment
        from registry.home_rights import require_writable_home
        from registry.leases import lapsed

        require_writable_home()
        open_log("all")
        prepare_environment()
        found: Result = {"dead": []}
        if lapsed():  # otherwise no Prefect server is needed, which takes seconds to start
            from flows.reap import reap

            found = run_flow(reap)
        print_result(found, show_dead, as_json)


def show_dead(found: Result) -> None:
    """Print a sentence for each work that died."""
    for dead in found["dead"]:
        typer.echo(dead["sentence"])
    if not found["dead"]:
        typer.echo("No run died.")
