"""Flows: the log file of a command in `logs` of ATELIER_HOME: what it said, errors of libraries, and tracebacks."""

import logging
import re
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from components.core.masking import mask
from registry.settings import settings

KEPT = 50  # log files of commands in one home; older ones are deleted
_LOG = logging.getLogger("atelier.command")
_TIME = re.compile(r"-\d{8}-\d{6}-\d{6}\.log")  # not the logs of `make ui`
_command = "command"


class _Masked(logging.Formatter):
    """Formats a record without the user name and password of any address in it."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


class _File(logging.FileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's name
        """A full disk must not end the command, nor print logging's own traceback."""


def name_log(command: str) -> None:
    """Say which command runs, before its model is known."""
    global _command
    _command = command


def open_log(model: str) -> None:
    """Send what follows to `logs/COMMAND-MODEL-TIME.log`. The file is made when the first line is written."""
    close_log()
    path = settings().home / "logs" / f"{_command}-{model}-{datetime.now():%Y%m%d-%H%M%S-%f}.log"
    with suppress(OSError):  # a home that cannot be written to has no log
        path.parent.mkdir(parents=True, exist_ok=True)
        _prune(path.parent)
        handler = _File(path, encoding="utf-8", delay=True)
        handler.setFormatter(_Masked("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        _LOG.addHandler(handler)
        _LOG.setLevel(logging.INFO)
        _LOG.propagate = False


def close_log() -> None:
    for handler in [*_LOG.handlers]:
        logging.getLogger().removeHandler(handler)
        _LOG.removeHandler(handler)
        handler.close()


def add_libraries() -> None:
    """Write what libraries log too. Call it after the import of Prefect, which sets up logging anew."""
    for handler in _LOG.handlers:
        logging.getLogger().addHandler(handler)


def log_path() -> Path | None:
    """Return the path of the log file, None outside a command."""
    return next((Path(handler.baseFilename) for handler in _LOG.handlers if isinstance(handler, _File)), None)


def write_line(line: str) -> None:
    if _LOG.handlers:
        _LOG.info("%s", line)


def write_error(error: BaseException) -> Path | None:
    """Write an error with its traceback; return the path of the log file if it was written."""
    path = log_path()
    if path is None:
        return None
    _LOG.error("%s", error, exc_info=error)
    return path if path.is_file() else None


def _prune(folder: Path) -> None:
    logs = sorted((path for path in folder.glob("*.log") if _TIME.search(path.name)), key=lambda path: path.name[-26:])
    for path in logs[: -(KEPT - 1)]:
        path.unlink(missing_ok=True)
