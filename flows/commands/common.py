"""Flows: what commands share: their options, their exit codes, and how their errors are told."""

import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from components.core.errors import AtelierError, DataError, UsageError

if TYPE_CHECKING:
    from components.core.config import ModelConfig

Model = Annotated[str, typer.Argument(help="A model: the name of a YAML file in deployments/models, such as starter.")]
Catalogue = Annotated[
    str | None,
    typer.Option(help="A catalogue instead of the one in the YAML: a folder in the layout that the recipe reads."),
]
Set = Annotated[list[str] | None, typer.Option("--set", help="Override a field of the YAML, e.g. train.steps=200.")]
SnapshotName = Annotated[str, typer.Option(help="A snapshot's digest.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output, and nothing else.")]
Debug = Annotated[bool, typer.Option(help="Show the whole traceback of an error, and Prefect's log.")]

FAILED, WRONG_USAGE, NOTHING_PROMOTED, NOT_WHOLE, INTERRUPTED, TERMINATED = 1, 2, 3, 4, 130, 143

Found = dict[str, Any]


@contextmanager
def command(debug: bool, model: str, overrides: list[str] | None = None) -> Iterator["ModelConfig"]:
    """Check the model and its overrides before Prefect is started; yield its config."""
    from components.recipes import read_config
    from registry.environment import prepare_environment
    from registry.settings import settings

    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO" if debug else "CRITICAL")
    os.environ.setdefault("PREFECT_LOGGING_ROOT_LEVEL", "WARNING" if debug else "ERROR")
    logging.getLogger("bitsandbytes").setLevel(logging.WARNING if debug else logging.ERROR)  # it asks for CPU kernels
    signal.signal(signal.SIGTERM, _terminate)  # else the ephemeral server would be left behind
    with one_sentence(debug):
        config = read_config(settings().models, model, overrides or [])
        prepare_environment()
        yield config


@contextmanager
def one_sentence(debug: bool) -> Iterator[None]:
    """Turn errors into one sentence and an exit code."""
    try:
        yield
    except AtelierError as error:
        if debug:
            raise
        _fail(str(error), WRONG_USAGE if isinstance(error, UsageError) else FAILED)
    except KeyboardInterrupt:
        _fail("Interrupted. What was complete is kept: the same command goes on from there.", INTERRUPTED)
    except (typer.Exit, SystemExit):
        raise
    except Exception as error:
        if debug:
            raise
        _fail(f"{type(error).__name__}: {' '.join(str(error).split())} (--debug shows where)", FAILED)


def catalogue_folder(catalogue: str | None) -> str | None:
    if catalogue is None:
        return None
    folder = Path(catalogue).expanduser().absolute()
    if not folder.is_dir():
        raise DataError(f"No folder is called {folder}, expected a catalogue: name its folder.")
    return str(folder)


def with_status(config: "ModelConfig", more: Found) -> Found:
    from registry.status import status as status_of

    return {**status_of(config), **more}


def show(found: Found, for_people: Callable[[Found], None], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, default=repr))  # somebody may have written bytes into the ledger
    else:
        for_people(found)


def _fail(sentence: str, code: int) -> NoReturn:
    typer.echo(f"Error: {sentence}", err=True)
    raise typer.Exit(code)


def _terminate(*_: Any) -> NoReturn:
    sys.exit(TERMINATED)
