"""Core: files and folders written atomically, and the digests that name them."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from components.core.errors import DiskSpaceError

UNFINISHED = ".unfinished-"  # prefix of temporary names: such files may be deleted at any time
SYNCS = 16  # threads


def digest_of(value: Any) -> str:
    """Return the first 12 hex digits of the sha256 of a JSON value. The order of keys does not matter."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:12]


def file_digest(path: Path) -> str:
    """Return the full sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write a file atomically: readers see either the old text or the new one, even after a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=UNFINISHED, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # mkstemp makes files that only their owner can read
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync(path.parent)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yield an empty folder, which is renamed to `path` after the block, or deleted if the block raises.

    If `path` exists by then (another process was faster, or its name is a digest of its content), it is kept and the
    new folder is deleted.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=path.parent))
    temporary.chmod(0o755)
    try:
        yield temporary
        with ThreadPoolExecutor(SYNCS) as pool:  # parallel syncs share flushes: 1,000 files take 0.1 s, not 3
            list(pool.map(_sync, temporary.rglob("*")))
        _sync(temporary)
        _rename_unless_there(temporary, path)
        _sync(path.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def require_space(folder: Path, needed: int, what: str) -> None:
    """Raise DiskSpaceError unless the disk has `needed` bytes free for `folder`, besides half a percent of its size."""
    folder.mkdir(parents=True, exist_ok=True)
    usage = shutil.disk_usage(folder)
    wanted = needed + usage.total // 200
    if usage.free < wanted:
        found = f"{what} needs {wanted / 1e6:,.0f} MB in {folder}, which has {usage.free / 1e6:,.0f} MB free"
        raise DiskSpaceError(found, act="free some space, or set ATELIER_HOME to a larger disk")


def _rename_unless_there(temporary: Path, path: Path) -> None:
    try:
        temporary.rename(path)  # fails if `path` has content; a check before it would leave a race
    except OSError:
        if not path.is_dir():
            raise


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
