"""Flows: hides passwords of addresses in the logs and tracebacks of this process, those of libraries too."""

import contextlib
import logging
import sys
import traceback
from types import TracebackType
from typing import Any

from components.core.masking import mask


def mask_logs() -> None:
    """Mask every log record and every uncaught traceback from now on. A second call changes nothing."""
    logging.setLogRecordFactory(_masked_record)
    sys.excepthook = _print_masked


def _masked_record(*args: Any, **named: Any) -> logging.LogRecord:
    record = logging.LogRecord(*args, **named)
    with contextlib.suppress(TypeError, ValueError):  # arguments that do not fit: the handler reports that
        message = record.getMessage()
        if mask(message) != message:
            record.msg, record.args = mask(message), ()
    if record.exc_info:  # formatters print this text, and make none of their own
        record.exc_text = mask(logging.Formatter().formatException(record.exc_info))
    return record


def _print_masked(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(mask("".join(traceback.format_exception(kind, error, trace))))
