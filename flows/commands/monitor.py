"""Flows: the command `monitor`, which looks at what changed since the promotion."""

import typer

from flows.commands.common import (
    DRIFTED,
    Catalogue,
    Debug,
    Json,
    Model,
    Set,
    catalogue_folder,
    command,
    print_result,
    run_flow,
)


def monitor_command(
    model: Model, catalogue: Catalogue = None, set_: Set = None, as_json: Json = False, debug: Debug = False
) -> None:
    """Look whether new rows, or what the version in production makes, have changed. Exit code 5: they have (DRIFT).

    The catalogue is ingested as it is now. Nothing is trained, and Production does not move.
    """
    with command(debug, model, set_) as config:
        from flows.monitoring.compare import in_production

        folder = catalogue_folder(catalogue)
        in_production(config)  # fails before Prefect starts

        from flows.console.monitor import show_look
        from flows.monitor import monitor

        found = run_flow(monitor, model, folder, set_)
        print_result(found, show_look, as_json)
    if found["state"] == "DRIFT":
        raise typer.Exit(DRIFTED)
