"""Core: files and folders written atomically, and the digests that name them."""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from components.core.errors import DiskSpaceError

UNFINISHED = ".unfinished-"  # prefix of temporary names: delete them with `remove_unfinished`
SYNCS = 16  # threads


def digest_of(value: Any) -> str:
    """Return the first 12 hex digits of the sha256 of a JSON value. The order of keys does not matter."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:12]


def file_digest(path: Path) -> str:
    """Return the full sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_readable(path: Path) -> bool:
    """Tell whether a file is there and this user may read it; a folder on the way that is closed raises nothing."""
    return os.access(path, os.R_OK) and path.is_file()


def closed_folder(path: Path) -> Path | None:
    """Return the folder on the way to `path` that this user may not look into, None if there is none."""
    while not os.path.lexists(path) and path != path.parent:
        path = path.parent
    return None if not path.is_dir() or os.access(path, os.R_OK | os.X_OK) else path


def write_text(path: Path, text: str) -> None:
    """Write a file atomically: readers see either the old text or the new one, even after a crash."""
    with _replaced(path) as file:
        file.write(text.encode())


def copy_file(source: Path, target: Path) -> None:
    """Copy a file atomically, in place of an earlier one."""
    with source.open("rb") as old, _replaced(target) as new:
        shutil.copyfileobj(old, new)


def replace_files(source: Path, target: Path) -> None:
    """Make the folder `target` a copy of `source`, file by file: at any time each of its files is whole, old or new."""
    names = {file.relative_to(source) for file in source.rglob("*") if file.is_file()}
    for name in sorted(names):
        copy_file(source / name, target / name)
    for file in target.rglob("*"):
        if file.is_file() and file.relative_to(target) not in names:
            file.unlink()


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yield an empty folder, which is renamed to `path` after the block, or deleted if the block raises.

    If `path` exists by then (another process was faster, or its name is a digest of its content), it is kept and the
    new folder is deleted.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary, lock = _unfinished_folder(path.parent)
    try:
        yield temporary
        with ThreadPoolExecutor(SYNCS) as pool:  # parallel syncs share flushes: 1,000 files take 0.1 s, not 3
            list(pool.map(_sync, temporary.rglob("*")))
        _sync(temporary)
        _rename_unless_there(temporary, path)
        _sync(path.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        os.close(lock)


def remove_unfinished(folder: Path) -> None:
    """Remove the unfinished folders of processes that are dead; a living process holds a lock on its own."""
    for path in folder.glob(f"{UNFINISHED}*"):
        with suppress(OSError):
            _remove_if_free(path)


def require_space(
    folder: Path, needed: int, what: str, act: str = "free some space, or set ATELIER_HOME to a larger disk"
) -> None:
    """Raise DiskSpaceError unless the disk has `needed` bytes free for `folder`, besides half a percent of its size."""
    folder.mkdir(parents=True, exist_ok=True)
    usage = shutil.disk_usage(folder)
    wanted = needed + usage.total // 200
    if usage.free < wanted:
        found = f"{what} needs {wanted / 1e6:,.0f} MB in {folder}, which has {usage.free / 1e6:,.0f} MB free"
        raise DiskSpaceError(found, act=act)


def is_disk_full(error: BaseException) -> bool:
    """Tell whether an error says that the disk, or this user's share of it, is full. Some libraries say it in words.

    >>> is_disk_full(OSError(28, "No space left on device")), is_disk_full(OSError(13, "Permission denied"))
    (True, False)
    """
    return getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "No space left on device" in str(error)


@contextmanager
def _replaced(path: Path) -> Iterator[IO[bytes]]:
    """Yield a new file, which replaces `path` after the block, if the block does not raise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=UNFINISHED, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # mkstemp makes files that only their owner can read
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync(path.parent)


def _unfinished_folder(parent: Path) -> tuple[Path, int]:
    """Return a new folder and the descriptor of its lock, which the kernel frees when this process ends."""
    path = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=parent))
    with suppress(FileNotFoundError):  # `remove_unfinished` of another process removed it before it was locked
        lock = os.open(path, os.O_RDONLY)
        with suppress(OSError):  # a file system without locks
            fcntl.flock(lock, fcntl.LOCK_EX)
        if path.is_dir():
            path.chmod(0o755)
            return path, lock
        os.close(lock)
    return _unfinished_folder(parent)


def _remove_if_free(path: Path) -> None:
    """Raise OSError if another process holds the folder's lock, or the file system has no locks."""
    lock = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(lock)


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
