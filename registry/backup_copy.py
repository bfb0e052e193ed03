"""Registry: copies files of a home into a backup, or links them to an earlier backup, and digests them."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from os import stat_result
from pathlib import Path

from components.core.files import file_digest
from registry.backup_manifest import HOME, BackedUp

Progress = Callable[[str, int, int], None]  # what is done, and how much of how much, in bytes


def no_progress(what: str, done: int, total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Earlier:
    """An earlier backup on the same disk, or none."""

    folder: Path | None = None
    files: Mapping[str, BackedUp] = field(default_factory=dict)

    def same(self, name: str, info: stat_result) -> BackedUp | None:
        """Return the record of a file that has not changed since, by its size and time; else None."""
        known = self.files.get(name)
        return known if known and (known.size, known.time) == (info.st_size, info.st_mtime_ns) else None

    def link(self, name: str, target: Path) -> bool:
        """Make `target` a hard link to a file of the earlier backup; tell whether the disk could do that."""
        try:
            target.hardlink_to((self.folder or Path()) / HOME / name)
        except OSError:
            return False
        return True


@dataclass
class Copying:
    """What was copied so far: a second look copies only what has changed since."""

    home: Path
    target: Path
    earlier: Earlier
    done: dict[str, BackedUp] = field(default_factory=dict)
    linked: int = 0  # bytes

    def add(self, name: str, info: stat_result) -> bool:
        """Copy or link one file, unless it is copied already; tell whether it is still there."""
        known = self.done.get(name)
        if known and (known.size, known.time) == (info.st_size, info.st_mtime_ns):
            return True
        target = self.target / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        same = self.earlier.same(name, info)
        if same and self.earlier.link(name, target):
            self.done[name] = same
            self.linked += same.size
            return True
        try:
            shutil.copy2(self.home / name, target)  # with its time, so that a restored home's next backup can link
        except FileNotFoundError:
            return False
        self.done[name] = record_of(target, info.st_mtime_ns)
        return True

    def keep_only(self, names: set[str]) -> None:
        """Delete what the last look did not find any more."""
        for name in self.done.keys() - names:
            (self.target / name).unlink()
            del self.done[name]


def record_of(file: Path, time: int) -> BackedUp:
    return BackedUp(file.stat().st_size, time, file_digest(file))
