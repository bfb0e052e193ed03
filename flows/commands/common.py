"""Flows: options, exit codes and error messages that all commands share."""

import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, ParamSpec, TypeVar

import typer

from components.core.errors import AtelierError, DataError, UsageError
from components.core.masking import mask, mask_values
from flows.masked_logs import mask_logs

if TYPE_CHECKING:
    from components.core.config import ModelConfig

Model = Annotated[str, typer.Argument(help="A model: the name of a YAML file in deployments/models, such as starter.")]
Catalogue = Annotated[
    str | None,
    typer.Option(help="A folder to read instead of the catalogue in the YAML, in the layout that the recipe reads."),
]
Set = Annotated[list[str] | None, typer.Option("--set", help="Override a field of the YAML, e.g. train.steps=200.")]
SnapshotName = Annotated[str, typer.Option(help="Digest of a snapshot, or latest.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output and nothing else.")]
Debug = Annotated[bool, typer.Option(help="Show the full traceback of an error, and Prefect's log.")]

FAILED, WRONG_USAGE, NOTHING_PROMOTED, ALTERED, INTERRUPTED, TERMINATED = 1, 2, 3, 4, 130, 143

Result = dict[str, Any]
P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def command(debug: bool, model: str, overrides: list[str] | None = None) -> Iterator["ModelConfig"]:
    """Yield the config of the model. Wrong names and overrides fail here, before Prefect starts."""
    from components.recipes import read_config
    from registry.environment import prepare_environment
    from registry.settings import settings

    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO" if debug else "CRITICAL")
    os.environ.setdefault("PREFECT_LOGGING_ROOT_LEVEL", "WARNING" if debug else "ERROR")
    logging.getLogger("bitsandbytes").setLevel(logging.WARNING if debug else logging.ERROR)  # no warnings on CPUs
    signal.signal(signal.SIGTERM, _terminate)  # otherwise Prefect's ephemeral server keeps running
    with exit_on_error(debug):
        config = read_config(settings().models, model, overrides or [])
        prepare_environment()
        yield config


@contextmanager
def exit_on_error(debug: bool) -> Iterator[None]:
    """Print an error as one sentence and exit with its code. With `debug` the traceback is shown instead."""
    mask_logs()
    try:
        yield
    except AtelierError as error:
        if debug:
            raise
        _fail(str(error), WRONG_USAGE if isinstance(error, UsageError) else FAILED)
    except KeyboardInterrupt:
        _fail("Interrupted. Finished steps are kept: run the same command again to continue.", INTERRUPTED)
    except (typer.Exit, SystemExit):
        raise
    except Exception as error:
        if debug:
            raise
        _fail(f"{type(error).__name__}: {' '.join(str(error).split())} (--debug shows the traceback)", FAILED)


def run_flow(flow: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    """Run a flow, without heartbeats where no Prefect server is running.

    Prefect's temporary server ends with the command, so nobody reads its heartbeats, and to stop them takes each flow
    up to a second.
    """
    from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    with temporary_settings({} if PREFECT_API_URL.value() else {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        return flow(*arguments, **named)


def catalogue_folder(catalogue: str | None) -> str | None:
    if catalogue is None:
        return None
    folder = Path(catalogue).expanduser().absolute()
    if not folder.is_dir():
        raise DataError(f"No folder is called {folder}", expected="a catalogue", act="name its folder")
    return str(folder)


def add_status(config: "ModelConfig", more: Result) -> Result:
    from registry.status import status as status_of

    return {**status_of(config), **more}


def print_result(found: Result, print_text: Callable[[Result], None], as_json: bool) -> None:
    found = mask_values(found)
    if as_json:
        typer.echo(json.dumps(found, default=repr))  # an edited ledger row may hold bytes
    else:
        print_text(found)


def _fail(sentence: str, code: int) -> NoReturn:
    typer.echo(f"Error: {mask(sentence)}", err=True)
    raise typer.Exit(code)


def _terminate(*_: Any) -> NoReturn:
    sys.exit(TERMINATED)
