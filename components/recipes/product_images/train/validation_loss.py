"""Product images: the loss on held-out products with fixed noise and timesteps, the same numbers each time."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from components.core.records import Snapshot
from components.data.snapshots import picture_path
from components.recipes.product_images.example import ProductImage
from components.recipes.product_images.generate.texts import Texts
from components.recipes.product_images.train.interval import TrainingRun
from components.recipes.product_images.train.latent_cache import (
    caption_embeddings,
    picture_moments,
    picture_sizes,
    shared_cache,
    unet_conditions,
)
from components.recipes.product_images.train.loss import target
from components.training.device import parallel_map
from components.training.order import generator

SPLIT = "validation"
MOST = 64  # products: with TIMES of each, 256 forward passes, and 64 encoded pictures, for each checkpoint
TIMES = 4  # timesteps of each product, in the middles of equal parts of the noise schedule


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What the validation loss is computed on: a row for each product and timestep."""

    latents: Tensor  # (rows, channels, side, side)
    noise: Tensor  # the same shape
    times: Tensor  # (rows,)
    texts: Texts  # (rows, ...)
    sizes: Tensor  # (rows, 6)


def held_out(run: TrainingRun, snapshot: Snapshot[ProductImage]) -> HeldOut | None:
    """Return the rows of this snapshot, encoded once for all trainings of a model; None without held-out products."""
    known = snapshot.splits.get(SPLIT, [])
    if not known:
        return None
    order = torch.randperm(len(known), generator=generator(run.config.seed, "held out"))[:MOST]
    examples = [known[int(row)] for row in order]
    paths, cache = [picture_path(snapshot, SPLIT, example) for example in examples], shared_cache(run.folder)
    latents = picture_moments(run.pipeline, paths, cache, run.log)[:, 0]
    captions = [example["caption"] for example in examples]
    distinct = list(dict.fromkeys(captions))
    texts = caption_embeddings(run.pipeline, distinct, cache).at([distinct.index(caption) for caption in captions])
    return _rows(latents, texts, picture_sizes(examples, run.config.data.size), run)


def validation_loss(run: TrainingRun, rows: HeldOut) -> float:
    """Return the mean squared error of the UNet with its present adapter, without any of the loss's options."""
    unet, batch = run.pipeline.unet, run.config.train.batch
    unet.eval()
    parts = [slice(start, start + batch) for start in range(0, len(rows.times), batch)]
    with parallel_map(run.denoising.device, unet.num_parameters()) as in_order:
        losses = list(in_order(partial(_losses, run, rows), parts))
    return float(torch.cat(losses).mean())


@torch.no_grad()
def _losses(run: TrainingRun, rows: HeldOut, part: slice) -> Tensor:
    """Return the error of each row of a part, float64, on the CPU."""
    device, scheduler = run.denoising.device, run.denoising.scheduler
    latents, noise, times = (tensor[part].to(device) for tensor in (rows.latents, rows.noise, rows.times))
    texts, added = unet_conditions(rows.texts.at(part), rows.sizes[part], device)
    noisy = scheduler.add_noise(latents, noise, times).to(run.denoising.dtype)
    with run.training.accelerator.autocast():
        predicted = run.pipeline.unet(noisy, times, texts, added_cond_kwargs=added, return_dict=False)[0]
    wanted = target(scheduler, latents, noise, times)
    losses: Tensor = ((predicted.float() - wanted) ** 2).flatten(1).mean(1).double().cpu()
    return losses


def _rows(pictures: Tensor, captions: Texts, sizes: Tensor, run: TrainingRun) -> HeldOut:
    latents = pictures.repeat_interleave(TIMES, dim=0)
    numbers = generator(run.config.seed, "held-out noise")
    schedule: Any = run.denoising.scheduler.config
    middles = ((torch.arange(TIMES) + 0.5) / TIMES * schedule.num_train_timesteps).long()
    return HeldOut(
        latents,
        torch.randn(latents.shape, generator=numbers),
        middles.repeat(len(pictures)),
        captions.at(torch.arange(len(pictures)).repeat_interleave(TIMES)),
        sizes.repeat_interleave(TIMES, dim=0),
    )
