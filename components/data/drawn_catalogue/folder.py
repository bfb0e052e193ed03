"""components / data / drawn catalogue: the folder of the drawn catalogue in a cache, drawn once."""

from collections.abc import Callable, Set
from pathlib import Path

from filelock import FileLock

from components.core.files import digest_of, file_digest, require_space, write_text
from components.core.seals import discard
from components.data.catalogue.files import fingerprint_of

DRAWN = "drawn"  # how a YAML names the catalogue that the project draws itself
DRAWN_BYTES = 40_000_000


def drawn_catalogue(
    seed: int, cache: Path, on_progress: Callable[[int, int], None], pictures: Set[int] | None = None
) -> Path:
    """Return the folder of the project's own catalogue; draw it unless the same code has drawn it for this seed.

    It has all pictures, or those of these products. It is drawn again if its content is not what was drawn, which its
    fingerprint beside it tells. Several models may ask for it at once.

    Raises:
        DiskSpaceError: checked before it is drawn.
    """
    code = Path(__file__).parent
    digests = {str(path.relative_to(code)): file_digest(path) for path in code.rglob("*.py")}
    some = "" if pictures is None else f"-{digest_of(sorted(pictures))}"
    folder = cache / f"{DRAWN}-{seed}-{digest_of(digests)}{some}"
    if _is_as_drawn(folder):
        return folder
    from components.data.drawn_catalogue.draw import draw_catalogue  # it loads Pillow and numpy

    require_space(cache, DRAWN_BYTES, "Drawing the catalogue")
    with FileLock(cache / f".{folder.name}.lock"):
        if not _is_as_drawn(folder):  # no other process has drawn it while this one waited
            discard(folder)
            draw_catalogue(folder, seed, on_progress=on_progress, pictures=pictures)
            write_text(_record_of(folder), fingerprint_of(folder, cache))
    return folder


def _is_as_drawn(folder: Path) -> bool:
    try:
        return _record_of(folder).read_text(encoding="utf-8") == fingerprint_of(folder, folder.parent)
    except (OSError, ValueError):
        return False


def _record_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.fingerprint")
