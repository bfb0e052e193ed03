"""Product images: latents and text embeddings, encoded once for a training and cached on disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from diffusers import StableDiffusionPipeline
from PIL import Image
from torch import Tensor

from components.core.recipe import RunLog
from components.core.records import Snapshot
from components.data.snapshots import picture_path
from components.evaluation.tensor_cache import cached_tensors
from components.recipes.product_images.example import ProductImage

FORMAT = 1
BATCH = 8  # pictures or captions encoded at once
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Conditioning:
    """The UNet's training data. Latents are stored as distributions, so that each step samples new ones."""

    mean: Tensor  # (examples, channels, side, side), times the VAE's scaling factor
    std: Tensor  # the same shape
    texts: Tensor  # (captions + 1, positions, width); the last is the empty caption
    caption_of: Tensor  # (examples,) the index in `texts` of each example's caption

    def __len__(self) -> int:
        return len(self.mean)

    @property
    def empty(self) -> int:
        """The index of the empty caption's embedding, which replaces a dropped caption."""
        return len(self.texts) - 1


def load_conditioning(
    pipeline: StableDiffusionPipeline, base: str, snapshot: Snapshot[ProductImage], folder: Path, log: RunLog
) -> Conditioning:
    """Return the train split's conditioning, from the cache in `folder`, or encoded and saved there.

    It depends on the base's digest, the snapshot, the captions and the precision.
    """
    captions = [example["caption"] for example in snapshot.splits["train"]]
    dtype = str(pipeline.unet.dtype)
    depends_on = {"form": FORMAT, "base": base, "snapshot": snapshot.digest, "captions": captions, "dtype": dtype}
    return Conditioning(**cached_tensors(folder, depends_on, lambda: _encode(pipeline, snapshot, captions, log)))


@torch.no_grad()
def _encode(
    pipeline: StableDiffusionPipeline, snapshot: Snapshot[ProductImage], captions: Sequence[str], log: RunLog
) -> dict[str, Tensor]:
    """Return the fields of `Conditioning`."""
    paths = [picture_path(snapshot, "train", example) for example in snapshot.splits["train"]]
    mean, std = _latents(pipeline, paths, log)
    distinct = list(dict.fromkeys(captions))
    number = {caption: position for position, caption in enumerate(distinct)}
    texts = torch.cat([embed(pipeline, batch) for batch in _batches([*distinct, ""])])
    return {"mean": mean, "std": std, "texts": texts, "caption_of": torch.tensor([number[c] for c in captions])}


def _latents(pipeline: StableDiffusionPipeline, paths: Sequence[Path], log: RunLog) -> tuple[Tensor, Tensor]:
    vae, means, stds = pipeline.vae, [], []
    for batch in _batches(paths):
        pixels = torch.stack([read_pixels(path) for path in batch]).to(vae.device, vae.dtype)
        found = vae.encode(pixels).latent_dist
        means.append(found.mean.float().cpu() * vae.config.scaling_factor)
        stds.append(found.std.float().cpu() * vae.config.scaling_factor)
        log.progress("encode pictures", min(len(means) * BATCH, len(paths)), len(paths))
    return torch.cat(means).contiguous(), torch.cat(stds).contiguous()


def embed(pipeline: StableDiffusionPipeline, captions: Sequence[str]) -> Tensor:
    """Return the text encoder's last hidden states (captions, positions, width); long captions are truncated."""
    tokenizer, encoder = pipeline.tokenizer, pipeline.text_encoder
    form: Mapping[str, object] = {"padding": "max_length", "truncation": True, "return_tensors": "pt"}
    tokens = tokenizer(list(captions), max_length=tokenizer.model_max_length, **form).input_ids
    hidden: Tensor = encoder(tokens.to(encoder.device))[0]
    return hidden.cpu()


def read_pixels(path: Path) -> Tensor:
    """Return a picture as (3, height, width) in [-1, 1]."""
    with Image.open(path) as picture:
        flat = torch.frombuffer(bytearray(picture.convert("RGB").tobytes()), dtype=torch.uint8)
        return flat.view(picture.height, picture.width, 3).permute(2, 0, 1).contiguous().float() / 127.5 - 1


def _batches(items: Sequence[Item]) -> list[Sequence[Item]]:
    return [items[start : start + BATCH] for start in range(0, len(items), BATCH)]
