"""Data: copies of snapshots at an address that several machines reach, such as a folder on a shared disk or S3.

`<store>/<digest>.tar` has the files of one snapshot, and `<store>/latest.json` says which one is the latest. An archive
never changes: its name is the digest of its content, which is checked when it is fetched. Any address of fsspec will
do: s3://, file://, a path.
"""

import re
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from components.core.errors import AtelierError, DataError, UnavailableDataError
from components.core.files import UNFINISHED, copy_file, new_folder
from components.core.masking import mask, mask_address
from components.data.snapshot_files import difference, read_files
from components.data.snapshots import LATEST_DETAILS, known_snapshots, point_latest, unsealed

ARCHIVE = ".tar"
DIGEST = re.compile(r"[0-9a-f]{12}")


def address_of(store: str, digest: str) -> str:
    return f"{store}/{digest}{ARCHIVE}"


def upload_snapshots(folder: Path, store: str) -> None:
    """Copy every snapshot that the store lacks, and then the details of the latest one.

    Raises:
        DataError: the store does not answer, or refuses.
    """
    for digest in sorted(set(known_snapshots(folder)) - _stored(store)):
        with tempfile.TemporaryDirectory() as temporary:
            _upload(_packed(folder / digest, Path(temporary)), store)
    with _open(store) as (files, root):
        files.pipe_file(f"{root}/{LATEST_DETAILS}", (folder / LATEST_DETAILS).read_bytes())


def fetch_latest(folder: Path, store: str) -> str:
    """Make the store's latest snapshot the latest one in the folder; return its digest, or nothing if it has none.

    Raises:
        DataError: the store does not answer, or what is there is damaged.
    """
    with _open(store) as (files, root):
        place = f"{root}/{LATEST_DETAILS}"
        text = files.cat_file(place).decode("utf-8", "replace") if files.exists(place) else ""
    if not text:
        return ""
    try:
        details = unsealed(text)
        digest = str(details["digest"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(f"{store}/{LATEST_DETAILS}", "run `ingest` again") from None
    fetch_snapshot(folder, store, digest)
    point_latest(folder, details)
    return digest


def fetch_snapshot(folder: Path, store: str, digest: str) -> None:
    """Put a snapshot into the folder, if the store has it and the folder does not.

    Raises:
        DataError: the store does not answer, or what is there is damaged. Nothing is left in the folder then.
    """
    if not DIGEST.fullmatch(digest) or digest in known_snapshots(folder):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"), tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder) as temporary:
        archive = Path(temporary) / f"{digest}{ARCHIVE}"
        if not _download(store, archive):
            return
        with new_folder(folder / digest) as unfinished:
            _unpack(archive, unfinished, address_of(store, digest))


def fetch_history(folder: Path, store: str) -> None:
    """Fetch every snapshot of the store, as a new one keeps each example in the split that it had in any before."""
    for digest in sorted(_stored(store)):
        fetch_snapshot(folder, store, digest)
    fetch_latest(folder, store)


def _stored(store: str) -> set[str]:
    """Return the digests of the snapshots of a store."""
    with _open(store) as (files, root):
        names = files.ls(root, detail=False) if files.exists(root) else []
    return {Path(name).stem for name in names if str(name).endswith(ARCHIVE)}


def _packed(folder: Path, temporary: Path) -> Path:
    """Pack a snapshot, always to the same bytes, so that two machines that upload one do not differ."""
    archive = temporary / f"{folder.name}{ARCHIVE}"
    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            packed.add(path, path.relative_to(folder).as_posix(), filter=_plain)
    return archive


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o644
    return entry


def _upload(archive: Path, store: str) -> None:
    """Write an archive: whole or not at all. On a disk that takes another name first; S3 does so by itself."""
    with _open(store) as (files, root):
        place = f"{root}/{archive.name}"
        if isinstance(files, LocalFileSystem):
            copy_file(archive, Path(place))
        else:
            files.put_file(str(archive), place)


def _download(store: str, archive: Path) -> bool:
    """Download an archive; return False if the store has none of this name."""
    with _open(store) as (files, root):
        place = f"{root}/{archive.name}"
        if not files.exists(place):
            return False
        files.get_file(place, str(archive))
    return True


def _unpack(archive: Path, folder: Path, address: str) -> None:
    digest = archive.stem
    try:
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")  # no links outside, no absolute paths, no devices
        content, splits = read_files(folder)
        wrong = content.digest != digest or difference(folder, content, splits)
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        wrong = True
    if wrong:
        raise _damaged(address, "remove it, and run `ingest` on a machine that has this snapshot")


@contextmanager
def _open(store: str) -> Iterator[tuple[Any, str]]:
    """Yield fsspec's file system and the path in it.

    Each kind of store has errors of its own. Those of a wrong address or a refused access become DataError, the others,
    as of a server that does not answer, UnavailableDataError.
    """
    try:
        files, root = url_to_fs(store, use_listings_cache=False)
        yield files, str(root)
    except AtelierError:
        raise
    except Exception as error:
        said = mask(" ".join(str(error).split()))[:300].rstrip(".") or type(error).__name__
        kind = DataError if _is_refused(error) else UnavailableDataError
        raise kind(
            f"The snapshots at {mask_address(store)} cannot be used ({said})",
            act="check ATELIER_SNAPSHOTS_URL, the server and the access to it, then run the same command again",
        ) from error


def _is_refused(error: Exception) -> bool:
    """Return whether the same would be refused again. botocore's errors of missing keys are known by their names."""
    refused = PermissionError | FileNotFoundError | IsADirectoryError | NotADirectoryError | ValueError | ImportError
    return isinstance(error, refused) or "Credentials" in type(error).__name__


def _damaged(address: str, act: str) -> DataError:
    return DataError(f"{mask_address(address)} is damaged", expected="what `ingest` wrote there", act=act)
