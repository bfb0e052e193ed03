"""Data: the sha256 of each file of a catalogue. Files that were read before are read again only if they changed."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from components.core.files import digest_of, file_digest, write_text

READERS = 8  # threads: files on slow disks are read at the same time
UNREADABLE = "unreadable"

Stamp = list[int]  # size, both times and inode: content that is exchanged under an equal size and time changes the rest


def digests_of(folder: Path, names: Sequence[str], cache: Path | None = None) -> dict[str, str]:
    """Return the sha256 of files by their path in the folder. Those that cannot be read have the same text.

    `cache` keeps the digests with what the file system says about each file. Its time of change (ctime) moves with
    every change, and programs cannot set it.
    """
    kept = cache / f"digests-{digest_of(str(folder.absolute()))}.json" if cache else None
    known = _read(kept)
    stamps = {name: _stamp(folder / name) for name in names}
    changed = [name for name, stamp in stamps.items() if name not in known or known[name][0] != stamp]
    with ThreadPoolExecutor(READERS) as pool:
        fresh = dict(zip(changed, pool.map(_digest, [folder / name for name in changed]), strict=True))
    found = {name: (stamp, fresh.get(name) or known[name][1]) for name, stamp in stamps.items()}
    if kept and (changed or len(found) != len(known)):
        with suppress(OSError):  # without it the next call only takes longer
            write_text(kept, json.dumps({"files": found, "digest": digest_of(found)}))
    return {name: digest for name, (_, digest) in found.items()}


def _read(kept: Path | None) -> Mapping[str, tuple[Stamp, str]]:
    """Return what was kept, nothing if it was damaged."""
    try:
        content = json.loads(kept.read_text(encoding="utf-8")) if kept else {}
        if content and content["digest"] == digest_of(content["files"]):
            return {name: (stamp, digest) for name, (stamp, digest) in content["files"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return {}


def _stamp(path: Path) -> Stamp:
    try:
        about = path.stat()
    except OSError:
        return []
    return [about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino]


def _digest(path: Path) -> str:
    try:
        return file_digest(path)
    except OSError:
        return UNREADABLE
