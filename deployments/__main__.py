"""Deployments: `python -m deployments ui|deploy|worker|rate`, what the Makefile and `python -m flows rate` call."""

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


@app.command()
def rate(
    model: str,
    port: Annotated[int, typer.Option(help="0 takes any free one.")] = 5100,
    pictures: Annotated[int, typer.Option(min=1, help="How many of each subject.")] = 8,
    show: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = False,
    results: Annotated[bool, typer.Option("--results", help="Print what people said so far instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Serve a page on loopback where people judge a model's pictures blind, real ones among them."""
    if results:
        from deployments.rating.results import show as print_results

        print_results(model, as_json)
    else:
        from deployments.rating.serve import serve as open_page

        open_page(model, port, pictures, show)


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
