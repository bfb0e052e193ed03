"""Registry: a backup of a home in a folder: databases, snapshots, artifacts and ledger of one moment.

The order makes it whole while other processes write. A file is finished before a database names it, and does not change
after that. So the databases are copied first, all at one moment, and then the files, among which are all that those
databases name; a file that is newer does no harm. Files that name other files are copied with the databases. If a
command deletes files meanwhile (`clean`), everything is looked at once more.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from components.core.errors import UsageError
from components.core.files import new_folder, remove_unfinished, require_space
from registry.backup_copy import Copying, Earlier, Progress, no_progress, record_of
from registry.backup_databases import DATABASES, copy_databases, ledger_ends, not_covered
from registry.backup_files import Found, files_of, is_named, is_pointer
from registry.backup_manifest import HOME, BackupError, Manifest, read_manifest, write_manifest
from registry.home import move_in
from registry.settings import settings

TRIES = 5  # looks, while another command deletes files
PRIVATE = 0o700  # Prefect's blocks have addresses and passwords
ROOM = "free some space, or name a folder on a larger disk"


class DeletedError(Exception):
    """A file that a database names was deleted while it was copied."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: its folder and its manifest, and how many bytes are hard links to an earlier one."""

    folder: Path
    manifest: Manifest
    linked: int


def back_up(target: Path, earlier: Path | None = None, progress: Progress = no_progress) -> Backup:
    """Write a backup of the home into a new folder, completely or not at all.

    Args:
        target: the new folder.
        earlier: a backup on the same disk. Files that have not changed since are hard links to its files, which take
            no room.
        progress: is called after each file.

    Raises:
        UsageError: the folder exists already, or is in the home; or `earlier` is no backup.
        BackupError: a database or the manifest of `earlier` is damaged, or files are deleted again and again.
        DiskSpaceError: the disk has too little room.
    """
    home = settings().home
    _require_new(target, home)
    known = Earlier(earlier, read_manifest(earlier).files) if earlier else Earlier()
    move_in()
    require_space(target.parent, _bytes(home, known), "The backup", ROOM)
    remove_unfinished(target.parent)
    with new_folder(target) as folder:
        folder.chmod(PRIVATE)
        copying = Copying(home, folder / HOME, known)
        manifest = _fill(copying, progress)
        write_manifest(folder, manifest)
    return Backup(target, manifest, copying.linked)


def _fill(copying: Copying, progress: Progress) -> Manifest:
    for _ in range(TRIES):
        try:
            return _look(copying, progress)
        except DeletedError as error:
            deleted = error
    raise BackupError(
        f"Files of {copying.home} are deleted while they are copied ({deleted})",
        act="run the same command again when no `clean` runs",
    )


def _look(copying: Copying, progress: Progress) -> Manifest:
    """Copy the databases and all files once.

    Raises:
        DeletedError: a file that the databases name is not there any more.
    """
    home, target = copying.home, copying.target
    before = files_of(home)
    pointers = {name: info for name, info in before.items() if is_pointer(name)}
    now = time.time()
    databases = copy_databases(home, target, lambda: _copy(copying, pointers, no_progress))
    files = {name: info for name, info in (before | files_of(home)).items() if not is_pointer(name)}
    _copy(copying, files, progress)
    copying.keep_only({*files, *pointers})
    copies = {name: record_of(target / name, 0) for name in databases}
    return Manifest(now, str(home), ledger_ends(target), not_covered(), copying.done | copies)


def _copy(copying: Copying, files: Found, progress: Progress) -> None:
    done, total = 0, sum(info.st_size for info in files.values())
    for name, info in files.items():
        if not copying.add(name, info) and is_named(name):
            raise DeletedError(name)
        done += info.st_size
        progress("backup", done, total)


def _require_new(target: Path, home: Path) -> None:
    if not home.is_dir():
        raise UsageError(
            f"There is no home in {home}", expected="the folder that a lifecycle made", act="name it in ATELIER_HOME"
        )
    if target.resolve().is_relative_to(home.resolve()):
        raise UsageError(f"{target} is in the home {home}", expected="a folder outside it", act="name another one")
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        raise UsageError(f"{target} exists already", expected="a new folder for this backup", act="name another one")


def _bytes(home: Path, earlier: Earlier) -> int:
    """Return the bytes that a backup writes: those of the databases, and of files that cannot be linked."""
    files = sum(info.st_size for name, info in files_of(home).items() if not earlier.same(name, info))
    return files + sum((home / name).stat().st_size for name in DATABASES if (home / name).is_file())
