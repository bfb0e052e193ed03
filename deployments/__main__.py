"""Deployments: `python -m deployments ui|deploy|worker`, what the Makefile's targets of these names call."""

import signal
import sys
from typing import Annotated, Any, NoReturn

import typer

from components.core.errors import AtelierError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def ui(
    prefect_port: Annotated[int, typer.Option(envvar="ATELIER_PREFECT_PORT")] = 4200,
    mlflow_port: Annotated[int, typer.Option(envvar="ATELIER_MLFLOW_PORT")] = 5000,
) -> None:
    """Start one Prefect server and one MLflow server on this machine, and keep them until Ctrl-C."""
    from deployments.servers import serve

    serve(prefect_port, mlflow_port)


@app.command()
def deploy() -> None:
    """Create the work pool and every deployment of prefect.yaml on the running Prefect server."""
    from deployments.worker import deploy as run

    run()


@app.command()
def worker() -> None:
    """Deploy, then run a worker that takes up what is started from Prefect's page; start it again if it dies."""
    from deployments.worker import deploy as prepare
    from deployments.worker import supervise

    prepare()
    supervise()


def _terminate(*_: Any) -> NoReturn:
    raise KeyboardInterrupt


def main() -> None:
    signal.signal(signal.SIGTERM, _terminate)
    try:
        app(prog_name="python -m deployments")
    except AtelierError as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
