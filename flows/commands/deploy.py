"""Flows: the commands `deploy` and `serve`, which put the flows of all models on Prefect's server."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.common import Debug, Json, exit_on_error, print_result, require_server

if TYPE_CHECKING:
    from flows.deploy import Change


def deploy_command(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would change, and change nothing.")] = False,
    file_only: Annotated[bool, typer.Option("--file", help="Only write prefect.yaml; ask no server.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Delete the deployments and automations of models that are gone.")
    ] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Create or change the deployments, schedules and automations of all models on the running Prefect server.

    A second run changes nothing. prefect.yaml is written again if models, schedules or flows have changed.
    """
    with exit_on_error(debug):
        if not file_only:
            require_server()
        from flows.console.deployments import show_deployed
        from flows.deploy_all import deploy_all
        from flows.deployments import entries, read_models
        from flows.prefect_yaml import write_prefect_yaml
        from registry.schedules import unscheduled

        models = read_models()
        written = not dry_run and write_prefect_yaml(entries(models))
        changes = [] if file_only else deploy_all(models, dry_run, prune)
        more = {"dry_run": dry_run, "prefect_yaml": written, "unscheduled": unscheduled(models)}
        print_result({"changes": [asdict(change) for change in changes], **more}, show_deployed, as_json)


def serve_command(debug: Debug = False) -> None:
    """Run the flows of all models from this process, by schedule, event and Prefect's page, until Ctrl-C.

    It needs no work pool and no worker, only the servers of `make ui`.
    """
    with exit_on_error(debug):
        require_server()
        from flows.console.deployments import show_served
        from flows.deployments import read_models
        from flows.serve import serve
        from registry.schedules import unscheduled

        models = read_models()

        def tell(changes: "Sequence[Change]") -> None:
            found: dict[str, Any] = {"changes": [asdict(change) for change in changes]}
            show_served({**found, "unscheduled": unscheduled(models)})

        try:
            serve(models, tell)
        except KeyboardInterrupt:
            typer.echo("Serving has ended. What is due meanwhile gives one run at the next start.")
