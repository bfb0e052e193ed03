"""Product images: weights that others published as a pickle: checked, read once, and kept as safetensors."""

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
    DIGEST,
    KEPT,
    Published,
    checkpoints_folder,
    file_missing,
    kept_folder,
    published_file,
)


def read_published(weights: Published, hub: Path | None = None) -> dict[str, Tensor]:
    """Return the tensors by name, on the CPU.

    The first time the pickle is checked and read, and its tensors are kept below `hub`; from then on only these are
    read. Whoever does it at the same time does no harm: the first to be done is kept.

    Args:
        weights: what to read.
        hub: the folder with `checkpoints`, by default the one that torch names (TORCH_HOME).

    Raises:
        BaseModelError: the file is missing, is another one, or holds more than tensors.
    """
    hub = hub or Path(torch.hub.get_dir())
    place = kept_folder(weights, hub)
    found = _kept(place)
    if found is None:
        found = _unpickled(_checked(weights, checkpoints_folder(weights, hub)), weights.what)
        with suppress(OSError, SafetensorError):  # a cache that cannot be written costs time, and nothing else
            _keep(place, found)
    return found


def _kept(place: Path) -> dict[str, Tensor] | None:
    """Return what is kept; None where nothing is. What is not what was written there is removed."""
    try:
        if file_digest(place / KEPT) == (place / DIGEST).read_text(encoding="utf-8"):
            return load_file(place / KEPT)
    except OSError:
        pass
    shutil.rmtree(place, ignore_errors=True)
    return None


def _keep(place: Path, tensors: dict[str, Tensor]) -> None:
    with new_folder(place) as folder:
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / KEPT)
        write_text(folder / DIGEST, file_digest(folder / KEPT))


def _checked(weights: Published, folder: Path) -> bytes:
    """Return the content of the file. It is checked as it was read, so that nobody changes it in between."""
    path = published_file(weights, folder)
    if path is None:
        raise BaseModelError(file_missing(weights, folder))
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != weights.sha256:
        raise BaseModelError(
            f"{path} has sha256 {found[:12]}..., expected {weights.digest}...: it is not the published file, delete it "
            f"and fetch it again from {weights.address}."
        )
    return content


def _unpickled(content: bytes, what: str) -> dict[str, Tensor]:
    try:
        found = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(tensor, Tensor) for tensor in found.values()):
        raise BaseModelError(
            f"The weights of {what} hold more than tensors, expected tensors by their names: do not open this file."
        )
    return dict(found)
