"""Registry: which files of a home belong in a backup: all but caches, logs, locks and what is not finished."""

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from components.core.files import UNFINISHED
from registry.backup_databases import DATABASES

Found = dict[str, os.stat_result]

CACHES = ("caches", "catalogues", "logs")  # at the top of a home; all but the logs is made again when it is needed
NOT_COPIED = (
    f"{UNFINISHED}*",
    "cache",  # latents of a training that runs
    *("*.lock", "*.locks", "*.holder", "servers.json"),  # of processes, which a restored home does not have
    *("*.db-wal", "*.db-shm", "*.db-journal"),  # what they hold is in the copies of the databases
)
# They name other files, so they are copied at the moment of the databases: what they name exists by then.
POINTERS = ("ledger/*", "snapshots/*/latest*", "bases.json")
NAMED = ("artifacts/*", "snapshots/*", "archive/*")  # databases name them; others may be replaced or deleted


def files_of(home: Path) -> Found:
    """Return the files of a home by their names, with their sizes and times; without its databases.

    Links to folders are followed, as large parts of a home may be on another disk.
    """
    return {name: info for name, info in _walk(home, "", set()) if name not in DATABASES}


def is_pointer(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in POINTERS)


def is_named(name: str) -> bool:
    """Tell whether a database may name a file, so that a backup needs it."""
    return any(fnmatch(name, pattern) for pattern in NAMED)


def _walk(home: Path, below: str, seen: set[tuple[int, int]]) -> Iterator[tuple[str, os.stat_result]]:
    try:
        here = (home / below).stat()
        entries = sorted(os.scandir(home / below), key=lambda entry: entry.name)
    except FileNotFoundError:
        return  # deleted meanwhile
    if (here.st_dev, here.st_ino) in seen:
        return  # a link to a folder that it is in
    seen.add((here.st_dev, here.st_ino))
    for entry in entries:
        name = f"{below}/{entry.name}" if below else entry.name
        if name in CACHES or any(fnmatch(entry.name, pattern) for pattern in NOT_COPIED):
            continue
        if entry.is_dir():
            yield from _walk(home, name, seen)
        elif entry.is_file():
            yield name, entry.stat()
