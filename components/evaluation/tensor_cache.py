"""Evaluation: a cache of tensors on disk, each named by the digest of what it depends on, and sealed."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from components.core.files import UNFINISHED, digest_of
from components.core.seals import discard, is_sealed, sealed_folder

FILE = "tensors.safetensors"
BLOCK = 128  # tensors in a file: the most that an interruption can lose


def cached_tensors(folder: Path, depends_on: Any, compute: Callable[[], dict[str, Tensor]]) -> dict[str, Tensor]:
    """Return the tensors stored for these inputs; compute and store them if they are missing or not what was stored."""
    place = folder / digest_of(depends_on)
    found = _read(place)
    if not found:
        found = compute()
        _write(place, found)
    return found


def cached_outputs(
    folder: Path, pairs: Sequence[tuple[str, int]], generate: Callable[[Sequence[tuple[str, int]], int], Tensor]
) -> Tensor:
    """Return outputs (N, ...) of the (prompt, seed) pairs; only those not in the folder are generated.

    They are stored in blocks, so that an interrupted evaluation continues where it stopped. A block that is not what
    was stored is removed, and its outputs are generated again.

    Args:
        folder: of one subject: one set of weights, sampling settings and precision.
        pairs: prompts with their seeds.
        generate: returns the outputs of some pairs; its second argument is the number of outputs that exist already.
    """
    names = [digest_of(pair) for pair in pairs]
    known = {name: output for place in _blocks(folder) for name, output in _read(place).items()}
    missing = [(name, pair) for name, pair in zip(names, pairs, strict=True) if name not in known]
    for start in range(0, len(missing), BLOCK):
        block = missing[start : start + BLOCK]
        generated = generate([pair for _, pair in block], len(names) - len(missing) + start)
        fresh = {name: output.clone() for (name, _), output in zip(block, generated, strict=True)}
        _write(folder / digest_of(sorted(fresh)), fresh)
        known |= fresh
    return torch.stack([known[name] for name in names])


def _blocks(folder: Path) -> list[Path]:
    """Return what is in a subject's folder, without what another process is writing."""
    return sorted(place for place in folder.glob("*") if not place.name.startswith(UNFINISHED))


def _read(place: Path) -> dict[str, Tensor]:
    """Return the tensors of an entry, none if it is missing. One that is not what was stored is removed."""
    with suppress(SafetensorError, OSError):
        if is_sealed(place):
            return load_file(place / FILE)
    discard(place)
    return {}


def _write(place: Path, tensors: dict[str, Tensor]) -> None:
    with sealed_folder(place) as folder:
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / FILE)
