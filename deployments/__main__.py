"""Deployments: the command `python -m deployments ui|deploy|worker|service|metrics|rate`, for `make`."""

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
    """Run a Prefect server and an MLflow server on this machine until Ctrl-C."""
    from deployments.servers import run_servers

    run_servers(prefect_port, mlflow_port)


@app.command()
def deploy() -> None:
    """Create or change the deployments, schedules and automations of all models on the running Prefect server."""
    from deployments.worker import deploy_all

    deploy_all()


@app.command()
def worker() -> None:
    """Deploy, then run a worker for the runs that start from Prefect's page; restart it if it dies."""
    from deployments.worker import deploy_all, supervise

    deploy_all()
    supervise()


@app.command()
def service(
    port: Annotated[int, typer.Option(envvar="ATELIER_SERVICE_PORT", help="0 chooses a free port.")] = 8000,
    host: Annotated[
        str, typer.Option(envvar="ATELIER_SERVICE_HOST", help="0.0.0.0 lets other machines ask, with keys alone.")
    ] = "127.0.0.1",
) -> None:
    """Answer requests with the versions in production, on loopback, until Ctrl-C."""
    from deployments.service.serve import serve

    serve(host, port)


@app.command()
def metrics(
    port: Annotated[int, typer.Option(envvar="ATELIER_METRICS_PORT", help="0 chooses a free port.")] = 9464,
) -> None:
    """Serve what is known of the models as Prometheus metrics, on loopback, until Ctrl-C."""
    from deployments.observability.serve import serve_metrics

    serve_metrics(port)


@app.command()
def rate(
    model: str,
    port: Annotated[int, typer.Option(help="0 chooses a free port.")] = 5100,
    each: Annotated[int, typer.Option("--each", "--pictures", min=1, help="Outputs of each subject.")] = 8,
    show: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = False,
    results: Annotated[bool, typer.Option("--results", help="Print the ratings so far instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Serve a page on loopback where people rate a model's outputs blind, mixed with real ones."""
    if results:
        from deployments.rating.results import show as print_results

        print_results(model, as_json)
    else:
        from deployments.rating.serve import serve_page

        serve_page(model, port, each, show)


def _terminate(*_: Any) -> NoReturn:
    raise KeyboardInterrupt


def main() -> None:
    for number in (signal.SIGTERM, signal.SIGHUP):  # SIGHUP: the terminal was closed
        signal.signal(number, _terminate)
    try:
        app(prog_name="python -m deployments")
    except AtelierError as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
