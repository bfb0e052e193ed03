"""Registry: restores a backup into this home, which may be on another machine, and checks what was restored."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from components.core.errors import UsageError
from components.core.files import new_folder, remove_unfinished, require_space
from registry.backup_copy import Progress, no_progress
from registry.backup_databases import MLFLOW, OURS, has_own_ledger
from registry.backup_manifest import HOME, BackupError, Manifest, read_manifest, require_whole
from registry.environment import running_servers
from registry.home_paths import has_own_database
from registry.locking.file_lock import is_free
from registry.relocate import relocate
from registry.settings import settings
from registry.verify_model import Check, check

ROOM = "free some space, or set ATELIER_HOME to a larger disk"


@dataclass(frozen=True, slots=True)
class Restoration:
    """What was restored: the sentence of the changed paths, the former content's folder, the check of each model."""

    home: Path
    manifest: Manifest
    moved: str  # empty if no path was changed
    aside: Path | None  # where the home's earlier content is now
    lost: tuple[str, ...]  # folders of base models that are not on this machine
    checks: tuple[Check, ...]

    @property
    def whole(self) -> bool:
        return all(check.whole for check in self.checks)


def check_backup(folder: Path, progress: Progress = no_progress) -> Manifest:
    """Compare every file of a backup with its manifest, and return that.

    Raises:
        UsageError: the folder is no backup.
        BackupError: it is damaged or incomplete, or a newer Atelier wrote it.
    """
    manifest = read_manifest(folder)
    _require_whole(folder / HOME, manifest, "check", progress)
    return manifest


def restore_backup(folder: Path, replace: bool = False, progress: Progress = no_progress) -> Restoration:
    """Restore a backup into the home, completely or not at all; change its paths, and check every model's ledger.

    Args:
        folder: the backup.
        replace: put aside the home's content, if it has any, in a folder beside it.
        progress: is called after each file.

    Raises:
        UsageError: the folder is no backup; the home has content; a variable names other databases.
        BackupError: the backup is damaged or incomplete, a newer Atelier wrote it, or a command uses the home.
        DiskSpaceError: the disk has too little room.
    """
    manifest, home = read_manifest(folder), settings().home
    _require_own_databases(manifest)
    _require_free(home, replace)
    require_space(home.parent, manifest.bytes, "The restored home", ROOM)
    remove_unfinished(home.parent)
    made = home.with_name(f"{home.name}.restored-{datetime.now():%Y%m%d-%H%M%S-%f}")
    with new_folder(made) as unfinished:
        _copy(folder / HOME, unfinished, manifest, progress)
        _require_whole(unfinished, manifest, "check", progress)
    aside = _take_place(made, home)
    moved = relocate() if MLFLOW in manifest.files else None
    checks = tuple(check(model, end.head) for model, end in sorted(manifest.models.items()))
    sentence, lost = (moved.sentence, moved.lost) if moved else ("", ())
    return Restoration(home, manifest, sentence, aside, lost, checks)


def _copy(source: Path, target: Path, manifest: Manifest, progress: Progress) -> None:
    done = 0
    for name, file in manifest.files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copy2(source / name, target / name)
        except FileNotFoundError:
            require_whole(source, name, file)  # says it
        done += file.size
        progress("restore", done, manifest.bytes)


def _require_whole(folder: Path, manifest: Manifest, what: str, progress: Progress) -> None:
    done = 0
    for name, file in manifest.files.items():
        require_whole(folder, name, file)
        done += file.size
        progress(what, done, manifest.bytes)


def _require_own_databases(manifest: Manifest) -> None:
    """Raise UsageError if commands would not read the restored databases."""
    is_own = {"MLFLOW_TRACKING_URI": (MLFLOW, has_own_database), "ATELIER_DATABASE_URL": (OURS, has_own_ledger)}
    for variable, (name, is_here) in is_own.items():
        if name in manifest.files and not is_here():
            raise UsageError(
                f"{variable} names a database outside this home, and the backup has one for the home",
                expected="none",
                act=f"unset {variable}, and run the same command again",
            )


def _require_free(home: Path, replace: bool) -> None:
    if home.is_file():
        raise UsageError(f"{home} is a file", expected="a folder or nothing", act="name another ATELIER_HOME")
    if not home.is_dir() or not any(home.iterdir()):
        return
    if not replace:
        raise UsageError(
            f"The home {home} has content",
            expected="a new one",
            act="name another folder in ATELIER_HOME, or put the content aside with --replace",
        )
    user = "`make ui`" if running_servers() else _user_of(home)
    if user:
        raise BackupError(f"The home {home} is in use ({user})", act="end that, then run the same command again")


def _user_of(home: Path) -> str:
    """Return the first lock of the home that a process holds, empty if none does."""
    locks = (*sorted(home.glob("*.locks/*.lock")), *home.glob("servers.lock"))
    return next((lock.stem for lock in locks if not is_free(lock)), "")


def _take_place(made: Path, home: Path) -> Path | None:
    """Rename the restored folder to the home; return the folder beside it that its earlier content is in now."""
    if not home.is_dir() or not any(home.iterdir()):
        made.rename(home)
        return None
    aside = home.with_name(made.name.replace(".restored-", ".before-restore-"))
    home.rename(aside)
    try:
        made.rename(home)
    except OSError:
        aside.rename(home)
        raise
    return aside
