"""Product images: weights published as a pickle: checked, read once, and cached as safetensors."""

import hashlib
import io
import pickle
import shutil
from contextlib import suppress
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from components.core.errors import BaseModelError
from components.core.files import file_digest, new_folder, write_text
from components.recipes.product_images.score.weight_sources import (
    CACHED_FILE,
    DIGEST_FILE,
    Published,
    cache_folder,
    checkpoints_folder,
    file_missing,
    published_file,
)


def read_published(weights: Published, hub: Path | None = None) -> dict[str, Tensor]:
    """Return the tensors by name, on the CPU.

    The first call checks and reads the pickle and caches its tensors below `hub`; later calls read only the cache.
    Several processes may do it at the same time: the first result is kept.

    Args:
        weights: the file to read.
        hub: the folder with `checkpoints`, by default torch's (TORCH_HOME).

    Raises:
        BaseModelError: the file is missing, has another content, or contains more than tensors.
    """
    hub = hub or Path(torch.hub.get_dir())
    place = cache_folder(weights, hub)
    found = _read_cached(place)
    if found is None:
        found = _unpickled(_checked(weights, checkpoints_folder(weights, hub)), weights.what)
        with suppress(OSError, SafetensorError):  # without a cache the next call only takes longer
            _write_cached(place, found)
    return found


def _read_cached(place: Path) -> dict[str, Tensor] | None:
    """Return the cached tensors, None if there are none; a damaged cache is removed."""
    try:
        if file_digest(place / CACHED_FILE) == (place / DIGEST_FILE).read_text(encoding="utf-8"):
            return load_file(place / CACHED_FILE)
    except OSError:
        pass
    shutil.rmtree(place, ignore_errors=True)
    return None


def _write_cached(place: Path, tensors: dict[str, Tensor]) -> None:
    with new_folder(place) as folder:
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / CACHED_FILE)
        write_text(folder / DIGEST_FILE, file_digest(folder / CACHED_FILE))


def _checked(weights: Published, folder: Path) -> bytes:
    """Return the content of the file, checked in memory so that the file cannot change in between."""
    path = published_file(weights, folder)
    if path is None:
        raise BaseModelError(file_missing(weights, folder))
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != weights.sha256:
        raise BaseModelError(
            f"{path} has sha256 {found[:12]}...",
            expected=f"{weights.digest}...",
            act=f"it is not the published file, delete it and download it again from {weights.address}",
        )
    return content


def _unpickled(content: bytes, what: str) -> dict[str, Tensor]:
    try:
        found = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(tensor, Tensor) for tensor in found.values()):
        raise BaseModelError(
            f"The weights of {what} contain more than tensors",
            expected="tensors by their names",
            act="do not open this file",
        )
    return dict(found)
