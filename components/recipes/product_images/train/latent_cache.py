"""Product images: latents and text embeddings, encoded once for all trainings of a model and cached on disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from PIL import Image
from torch import Tensor

from components.core.files import digest_of, file_digest
from components.core.recipe import RunLog
from components.core.records import Snapshot
from components.data.snapshots import picture_path
from components.evaluation.tensor_cache import cached_outputs
from components.recipes.product_images.example import ProductImage
from components.training.tensor_digests import module_digest

FORMAT = 2


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


def shared_cache(folder: Path) -> Path:
    """Return the cache that all trainings of a model share, beside their folders. It may be removed at any time."""
    return folder.parent / "encoded"


def load_conditioning(
    pipeline: StableDiffusionPipeline, snapshot: Snapshot[ProductImage], folder: Path, log: RunLog
) -> Conditioning:
    """Return the train split's conditioning. Only what is not in the cache `folder` is encoded, and kept there."""
    examples = snapshot.splits["train"]
    moments = picture_moments(pipeline, [picture_path(snapshot, "train", e) for e in examples], folder, log)
    captions = [example["caption"] for example in examples]
    distinct = list(dict.fromkeys(caption for caption in captions if caption))
    number = {caption: position for position, caption in enumerate([*distinct, ""])}
    return Conditioning(
        mean=moments[:, 0].contiguous(),
        std=moments[:, 1].contiguous(),
        texts=caption_embeddings(pipeline, [*distinct, ""], folder),
        caption_of=torch.tensor([number[caption] for caption in captions]),
    )


def picture_moments(
    pipeline: StableDiffusionPipeline, paths: Sequence[Path], folder: Path, log: RunLog, mirrored: bool = False
) -> Tensor:
    """Return mean and standard deviation of each picture's latents (N, 2, channels, side, side), scaled, in fp32.

    They are kept by the digest of the picture, which tells its size too, whether it is mirrored, and the VAE.
    """
    digests = [file_digest(path) for path in paths]
    by_digest = dict(zip(digests, paths, strict=True))  # equal pictures are encoded once
    number_of = {digest: number for number, digest in enumerate(by_digest)}

    def encode(pairs: Sequence[tuple[str, int]], already: int) -> Tensor:
        found = []
        for number, (digest, _) in enumerate(pairs, start=already + 1):
            found.append(_moments(pipeline, read_pixels(by_digest[digest]), mirrored))
            log.progress("encode pictures", number, len(by_digest))
        return torch.stack(found)

    depends_on = [FORMAT, "latents", module_digest(pipeline.vae, pipeline.vae.config)]
    found = cached_outputs(folder / digest_of(depends_on), [(digest, int(mirrored)) for digest in by_digest], encode)
    return found[[number_of[digest] for digest in digests]]


def caption_embeddings(pipeline: StableDiffusionPipeline, captions: Sequence[str], folder: Path) -> Tensor:
    """Return the embedding of each caption (N, positions, width), kept by the caption and the text encoder."""
    encoder, tokenizer = pipeline.text_encoder, pipeline.tokenizer
    words = digest_of([tokenizer.get_vocab(), tokenizer.model_max_length])
    depends_on = [FORMAT, "texts", module_digest(encoder, encoder.config.to_dict()), words]

    def encode(pairs: Sequence[tuple[str, int]], _already: int) -> Tensor:
        return torch.cat([embed(pipeline, [caption]) for caption, _ in pairs])

    return cached_outputs(folder / digest_of(depends_on), [(caption, 0) for caption in captions], encode)


@torch.no_grad()
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


@torch.no_grad()
def _moments(pipeline: StableDiffusionPipeline, pixels: Tensor, mirrored: bool) -> Tensor:
    """Encode one picture by itself: in a batch its last bits would depend on which others are in the cache already."""
    vae = pipeline.vae
    turned = pixels.flip(-1) if mirrored else pixels
    found = vae.encode(turned[None].to(vae.device, vae.dtype)).latent_dist
    return torch.stack([found.mean[0], found.std[0]]).float().cpu() * float(vae.config.scaling_factor)
