"""Product descriptions: a cache of generated texts on disk, by prompt and seed, in sealed blocks."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from components.core.files import UNFINISHED, digest_of, write_text
from components.core.seals import discard, is_sealed, sealed_folder

FILE = "texts.json"
BLOCK = 64  # texts in a file: the most that an interruption can lose
Pair = tuple[str, int]  # a prompt and a seed


def cached_texts(
    folder: Path, pairs: Sequence[Pair], generate: Callable[[Sequence[Pair], int], Sequence[str]]
) -> list[str]:
    """Return the texts of the (prompt, seed) pairs; only those not in the folder are generated.

    A block that is not what was stored is removed, and its texts are generated again.

    Args:
        folder: of one subject: one set of weights, generation settings and precision.
        pairs: prompts with their seeds.
        generate: returns the texts of some pairs; its second argument is the number of texts that exist already.
    """
    names = [digest_of(pair) for pair in pairs]
    known = {name: text for place in _blocks(folder) for name, text in _read(place).items()}
    missing = {name: pair for name, pair in zip(names, pairs, strict=True) if name not in known}
    already = len(names) - len(missing)
    for start in range(0, len(missing), BLOCK):
        block = list(missing.items())[start : start + BLOCK]
        texts = generate([pair for _, pair in block], already + start)
        fresh = {name: text for (name, _), text in zip(block, texts, strict=True)}
        with sealed_folder(folder / digest_of(sorted(fresh))) as place:
            write_text(place / FILE, json.dumps(fresh, ensure_ascii=False))
        known |= fresh
    return [known[name] for name in names]


def _blocks(folder: Path) -> list[Path]:
    """Return what is in a subject's folder, without what another process is writing."""
    return sorted(place for place in folder.glob("*") if not place.name.startswith(UNFINISHED))


def _read(place: Path) -> dict[str, str]:
    """Return the texts of a block; one that is not what was stored is removed."""
    with suppress(OSError, ValueError):
        if is_sealed(place):
            found: dict[str, str] = json.loads((place / FILE).read_text(encoding="utf-8"))
            return found
    discard(place)
    return {}
