"""Flows: options, exit codes and error messages that all commands share."""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, ParamSpec, TypeVar

import typer

from components.core.errors import AtelierError, DataError, UsageError
from components.core.masking import mask, mask_values
from components.core.plain_text import printable
from flows.commands.messages import explained_memory, sentence
from flows.commands.signals import INTERRUPTED, end_soon, exit_code, handle_signals, tell
from flows.console.log_file import add_libraries, open_log, write_error
from flows.masked_logs import mask_logs

if TYPE_CHECKING:
    from components.core.config import ModelConfig

Model = Annotated[str, typer.Argument(help="A model: the name of a YAML file in deployments/models, such as starter.")]
Catalogue = Annotated[
    str | None,
    typer.Option(help="A folder or file to read instead of the catalogue in the YAML, as the recipe reads them."),
]
Set = Annotated[list[str] | None, typer.Option("--set", help="Override a field of the YAML, e.g. train.steps=200.")]
SnapshotName = Annotated[str, typer.Option(help="Digest of a snapshot, or latest.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output and nothing else.")]
Debug = Annotated[bool, typer.Option(help="Show the full traceback of an error, and Prefect's log.")]

FAILED, WRONG_USAGE, NOTHING_PROMOTED, ALTERED, DRIFTED = 1, 2, 3, 4, 5  # and those of signals.py

RETRIES = 3  # of a call of Prefect's server, after 2, 4 and 8 s: `make ui` has started one that ended again by then

Result = dict[str, Any]
P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def command(debug: bool, model: str, overrides: list[str] | None = None) -> Iterator["ModelConfig"]:
    """Yield the config of the model. Wrong names and overrides fail here, before Prefect starts."""
    handle_signals()
    quiet(debug)
    with exit_on_error(debug):
        from components.recipes import read_config
        from registry.answering import require_mlflow
        from registry.environment import prepare_environment
        from registry.home_rights import require_writable_home
        from registry.settings import settings, tracking_uri

        config = read_config(settings().models, model, overrides or [])
        require_writable_home()
        open_log(model)
        prepare_environment()
        require_mlflow(tracking_uri())
        with explained_memory(config):
            yield config


def quiet(debug: bool) -> None:
    """Set how much the libraries log. What the user has set stays."""
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO" if debug else "CRITICAL")
    os.environ.setdefault("PREFECT_INTERNAL_LOGGING_LEVEL", "ERROR" if debug else "CRITICAL")
    os.environ.setdefault("PREFECT_LOGGING_ROOT_LEVEL", "WARNING" if debug else "ERROR")
    logging.getLogger("components").setLevel(logging.WARNING)  # such as a cache entry that is made again
    logging.getLogger("bitsandbytes").setLevel(logging.WARNING if debug else logging.ERROR)  # no warnings on CPUs


@contextmanager
def exit_on_error(debug: bool) -> Iterator[None]:
    """Print an error as one sentence and exit with its code. With `debug` the traceback is shown instead."""
    mask_logs()
    try:
        yield
    except UsageError as error:
        if debug:
            raise
        _fail(str(error), WRONG_USAGE)
    except KeyboardInterrupt as error:
        write_error(error)
        tell(INTERRUPTED)
        sys.exit(exit_code(INTERRUPTED))
    except SystemExit as error:
        write_error(error)
        tell(error.code)
        sys.exit(exit_code(error.code))
    except typer.Exit:
        raise
    except Exception as error:
        log = write_error(error)
        if debug:
            raise
        _fail(sentence(error, log), FAILED)


def run_flow(flow: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    """Run a flow, on a temporary Prefect server where none is running.

    It ends with the command, so nobody reads its heartbeats, and to stop them takes each flow up to a second.
    """
    from prefect.settings import (
        PREFECT_API_URL,
        PREFECT_CLIENT_MAX_RETRIES,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        temporary_settings,
    )

    from flows.lost_server import LostServerError
    from flows.temporary_server import explained_loss, server_address

    add_libraries()
    address = server_address()
    mine = {PREFECT_API_URL: address, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None} if address else {}
    try:
        with temporary_settings({**mine, PREFECT_CLIENT_MAX_RETRIES: RETRIES}), explained_loss():
            return flow(*arguments, **named)
    except LostServerError:
        end_soon(FAILED)
        raise


def catalogue_folder(catalogue: str | None) -> str | None:
    if catalogue is None:
        return None
    place = Path(catalogue).expanduser().absolute()
    if not place.exists():
        raise DataError(f"No folder or file is called {place}", expected="a catalogue", act="name where it is")
    return str(place)


def add_status(config: "ModelConfig", more: Result) -> Result:
    from flows.console.retraining import retraining_json
    from registry.retrainings import last_retraining
    from registry.status import status as status_of

    asked = last_retraining(config.model)
    return {**status_of(config), "retraining": retraining_json(asked) if asked else None, **more}


def require_server() -> None:
    """Find the server of `make ui`, or the one of PREFECT_API_URL.

    Raises:
        AtelierError: there is none.
    """
    from registry.environment import prepare_environment

    prepare_environment()
    if not os.environ.get("PREFECT_API_URL"):
        raise AtelierError("No Prefect server answers", act="run `make ui` in another terminal, or set PREFECT_API_URL")


def print_result(found: Result, print_text: Callable[[Result], None], as_json: bool) -> None:
    found = mask_values(found)
    if as_json:
        typer.echo(json.dumps(found, default=repr))  # an edited ledger row may hold bytes
    else:
        print_text(found)


def _fail(sentence: str, code: int) -> NoReturn:
    typer.echo(f"Error: {printable(mask(sentence))}", err=True)
    raise typer.Exit(code)
