"""Product images: prepares the options of the loss for a train split: mirrored latents, weights, balanced rows."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from components.core.recipe import RunLog
from components.core.records import Snapshot
from components.data.snapshots import picture_path
from components.evaluation.tensor_cache import cached_tensors
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.example import ProductImage, attribute_of
from components.recipes.product_images.train.latent_cache import picture_moments, read_pixels
from components.recipes.product_images.train.loss_options import LossOptions
from components.training.diffusion.pipelines import Pipeline

FORM = 1
DIFFERENT = 24 / 255  # the least difference in a channel from the background's colour; JPEG's noise is about 8 / 255
MOST_REPEATS = 10  # of a rare example in an epoch: more would teach single pictures by heart


def loss_options(
    config: ProductImagesConfig,
    pipeline: Pipeline,
    snapshot: Snapshot[ProductImage],
    folder: Path,
    log: RunLog,
) -> LossOptions:
    """Return the options of the YAML. What is computed from pictures is cached in `folder`."""
    settings, examples = config.train, snapshot.splits["train"]
    paths = [picture_path(snapshot, "train", example) for example in examples]

    mirrored = picture_moments(pipeline, paths, folder, log, mirrored=True) if settings.random_flip else None
    cells = None
    if settings.background_weight < 1:
        side = config.data.size // pipeline.vae_scale_factor
        depends_on = {"form": FORM, "what": "foreground", "snapshot": snapshot.digest, "side": side}
        found = cached_tensors(folder, depends_on, lambda: {"share": _foreground(paths, side)})
        cells = cell_weights(found["share"], settings.background_weight)
    return LossOptions(
        rows=balanced_rows([attribute_of(e, settings.balance) for e in examples]) if settings.balance else None,
        mirrored_mean=None if mirrored is None else mirrored[:, 0].contiguous(),
        mirrored_std=None if mirrored is None else mirrored[:, 1].contiguous(),
        cell_weights=cells,
        min_snr_gamma=settings.min_snr_gamma,
        noise_offset=settings.noise_offset,
    )


def balanced_rows(values: Sequence[str | None]) -> Tensor:
    """Return the rows of an epoch, in which each value comes about as often as the most frequent one.

    >>> balanced_rows(["shoe", "shoe", "shoe", "heel"]).tolist()
    [0, 1, 2, 3, 3, 3]
    """
    by_value: dict[str | None, list[int]] = {}
    for row, value in enumerate(values):
        by_value.setdefault(value, []).append(row)
    most = max(map(len, by_value.values()))
    repeats = {value: min(round(most / len(rows)), MOST_REPEATS) for value, rows in by_value.items()}
    return torch.tensor([row for value, rows in by_value.items() for row in rows for _ in range(repeats[value])])


def cell_weights(foreground: Tensor, background: float) -> Tensor:
    """Return weights with mean 1 for each example, so that the learning rate means the same with and without them.

    Args:
        foreground: the share of each latent cell that is not background, (examples, 1, side, side).
        background: the weight of a cell that is all background, 0 to 1.
    """
    weights = background + (1 - background) * foreground
    mean = weights.mean(dim=(1, 2, 3), keepdim=True)
    return torch.where(mean > 0, weights / mean.clamp(min=1e-6), torch.ones_like(weights))


def foreground_share(pixels: Tensor, side: int) -> Tensor:
    """Return the share of each of side x side cells that differs from the background's colour, the border's median."""
    border = torch.cat([pixels[:, 0], pixels[:, -1], pixels[:, :, 0], pixels[:, :, -1]], dim=1)
    colour = border.median(dim=1).values[:, None, None]
    differs = ((pixels - colour).abs().amax(dim=0) > 2 * DIFFERENT).float()  # pixels are -1 to 1: twice the range
    return torch.nn.functional.adaptive_avg_pool2d(differs[None], side)


def _foreground(paths: Sequence[Path], side: int) -> Tensor:
    return torch.stack([foreground_share(read_pixels(path), side) for path in paths])
