"""Training: digests of tensors and of modules, by their names, shapes, types and values."""

import hashlib
import json
from collections.abc import Mapping

import torch
from torch import Tensor, nn


def tensors_digest(tensors: Mapping[str, Tensor], about: str = "") -> str:
    """Return 12 hex digits of the sha256 of names, shapes, types and values, and of `about`."""
    digest = hashlib.sha256(about.encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()[:12]


def module_digest(module: nn.Module, config: Mapping[str, object]) -> str:
    """Return the digest of what a module computes: its weights, their precision, its configuration, its device.

    Names that begin with `_` are not part of the configuration: libraries keep versions and folders in them.
    """
    known = {name: value for name, value in config.items() if not name.startswith("_")}
    devices = sorted({parameter.device.type for parameter in module.parameters()})
    return tensors_digest(module.state_dict(), json.dumps([known, devices], sort_keys=True, default=str))
