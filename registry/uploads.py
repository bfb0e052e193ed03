"""Registry: uploads the files of a folder, several at once to a server, which may take seconds for each."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

AT_ONCE = 8  # MLflow's client uploads them one after the other

Upload = Callable[[str, str | None], object]  # a local file, and the folder of its artifact; None is the root


def upload(folder: Path, to: str, one: Upload) -> None:
    """Upload all files of a folder and its subfolders into the artifact folder `to`, the root if it is empty."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(one, str(file), _place(file.parent.relative_to(folder), to)) for file in files]:
            done.result()


def _place(inner: Path, to: str) -> str | None:
    """Return the artifact folder of a file.

    >>> _place(Path("."), ""), _place(Path("unet/lora"), "model")
    (None, 'model/unet/lora')
    """
    words = [part for part in (to, inner.as_posix()) if part not in ("", ".")]
    return "/".join(words) or None
