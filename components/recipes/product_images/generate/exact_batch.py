"""Product images: batches whose pictures are the same bits as if each were generated alone.

For another number of rows libraries choose other kernels, whose sums have another order. On CPUs, up to some size, that
concerns the decoder, and of the UNet only the layers that see one row a picture, the embeddings of the timestep. Both
are computed in parts of the size that a picture alone has, at little cost. Whether that is all on this machine is
proved before a size is used.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import torch
from diffusers import StableDiffusionPipeline
from torch import Tensor, nn

TIMESTEP = 500
_PROVED: WeakKeyDictionary[Any, dict[tuple[int, int], bool]] = WeakKeyDictionary()  # by UNet: (size, rows) -> equal


@contextmanager
def same_in_any_batch(pipeline: StableDiffusionPipeline, rows: int) -> Iterator[None]:
    """Decode pictures one by one, and compute linear layers with one row a picture in parts of so many rows."""

    def in_parts(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor | None:
        (given,) = inputs
        if given.dim() != 2 or len(given) <= rows:
            return None
        return torch.cat([layer.forward(part) for part in torch.split(given, rows)])

    linear = [layer for layer in pipeline.unet.modules() if isinstance(layer, nn.Linear)]
    hooks = [layer.register_forward_hook(in_parts) for layer in linear]
    pipeline.vae.enable_slicing()
    try:
        yield
    finally:
        pipeline.vae.disable_slicing()
        for hook in hooks:
            hook.remove()


def rows_alone(guidance: float) -> int:
    """Return the rows of the UNet's batch for one picture: classifier-free guidance computes two."""
    return 2 if guidance > 1 else 1


def exact_batch(pipeline: StableDiffusionPipeline, pictures: int, guidance: float, most: int) -> int:
    """Return the largest size up to `most`, halved until it fits, in which so many pictures can be generated exactly.

    The last batch may be smaller; that size is proved too. Call it inside `same_in_any_batch`, with the pipeline in the
    form in which it generates.
    """
    size, rows = min(most, pictures), rows_alone(guidance)
    while size > 1:
        if all(_proved(pipeline, each, rows) for each in {size, pictures % size} - {0, 1}):
            return size
        size //= 2
    return 1


def _proved(pipeline: StableDiffusionPipeline, size: int, rows: int) -> bool:
    known = _PROVED.setdefault(pipeline.unet, {})
    if (size, rows) not in known:
        known[size, rows] = _is_exact(pipeline, size, rows)
    return known[size, rows]


@torch.inference_mode()
def _is_exact(pipeline: StableDiffusionPipeline, size: int, rows: int) -> bool:
    unet, numbers = pipeline.unet, torch.Generator().manual_seed(size)
    side, width = unet.config.sample_size, unet.config.cross_attention_dim
    latents = _random((size * rows, unet.config.in_channels, side, side), pipeline, numbers)
    texts = _random((size * rows, pipeline.tokenizer.model_max_length, width), pipeline, numbers)

    def compute(which: slice) -> Tensor:
        computed: Tensor = unet(latents[which], torch.tensor(TIMESTEP), encoder_hidden_states=texts[which]).sample
        return computed

    # The rows of a picture are `size` rows apart, as the pipeline arranges them for guidance.
    together = compute(slice(None))
    return all(torch.equal(together[picture::size], compute(slice(picture, None, size))) for picture in range(size))


def _random(shape: tuple[int, ...], pipeline: StableDiffusionPipeline, numbers: torch.Generator) -> Tensor:
    return torch.randn(shape, generator=numbers).to(pipeline.device, pipeline.unet.dtype)
