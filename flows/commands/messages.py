"""Flows: the sentence that a command prints for an error."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from components.core.errors import AtelierError, OutOfMemoryError, is_out_of_memory

if TYPE_CHECKING:
    from components.core.config import ModelConfig

FULL = "The disk is full at {file}: free some space, or set ATELIER_HOME to a larger disk."
REFUSED = "{file} may not be read or written by this user ({why}): correct its rights, or name another place."
OF_ERRNO = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), FULL),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), REFUSED),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), "Too many files are open at {file}: raise the limit (`ulimit -n`)."),
}


def sentence(error: Exception, log: Path | None) -> str:
    """Return what to print. An error that is not ours gets its class, and where its traceback is."""
    if isinstance(error, AtelierError):
        return str(error)
    if is_out_of_memory(error):
        return str(out_of_memory(error))
    known = OF_ERRNO.get(error.errno or 0) if isinstance(error, OSError) and error.filename else None
    if known and isinstance(error, OSError):
        return known.format(file=error.filename, why=error.strerror)
    where = f"the traceback is in {log}" if log else "--debug shows the traceback"
    return f"{type(error).__name__}: {' '.join(str(error).split())} ({where})"


@contextmanager
def explained_memory(config: "ModelConfig") -> Iterator[None]:
    """Name the batch sizes of the config in the error of a machine that is out of memory."""
    try:
        yield
    except AtelierError:
        raise
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        raise out_of_memory(error, _batches(config)) from error


def out_of_memory(error: Exception, batches: str = "") -> OutOfMemoryError:
    said = " ".join(str(error).split())[:150] or type(error).__name__
    lower = f"lower {batches}" if batches else "lower the batch sizes in the model's YAML"
    return OutOfMemoryError(f"The memory does not suffice ({said})", act=f"{lower}, or end other programs")


def _batches(config: "ModelConfig") -> str:
    """Return the batch sizes with their values, such as `train.batch (now 16) or sampling.batch (now 32)`."""
    sections = {name: value for name, value in config.model_dump().items() if isinstance(value, dict)}
    found = [f"{name}.batch (now {fields['batch']})" for name, fields in sections.items() if "batch" in fields]
    return " or ".join(found)
