"""Product images: latents and text embeddings, encoded once for all trainings of a model and cached on disk."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from PIL import Image
from torch import Tensor

from components.core.files import digest_of, file_digest
from components.core.recipe import RunLog
from components.core.records import Snapshot
from components.data.snapshots import picture_path
from components.evaluation.tensor_cache import cached_outputs
from components.recipes.product_images.example import ProductImage
from components.recipes.product_images.generate.pipeline_kinds import kind_of
from components.recipes.product_images.generate.texts import Texts, encode_text, joined
from components.training.device import parallel_map
from components.training.diffusion.pipelines import Pipeline, added_conditions, pooled_width
from components.training.tensor_digests import module_digest

FORMAT = 2
TEXT_FORMAT = 3
Conditions = tuple[Tensor, dict[str, Tensor] | None]  # text embeddings (rows, positions, width), and what is added


@dataclass(frozen=True, slots=True)
class Conditioning:
    """The UNet's training data. Latents are stored as distributions, so that each step samples new ones."""

    mean: Tensor  # (examples, channels, side, side), times the VAE's scaling factor
    std: Tensor  # the same shape
    texts: Texts  # (captions + 1, ...); the last is the empty caption
    caption_of: Tensor  # (examples,) the index in `texts` of each example's caption
    sizes: Tensor  # (examples, 6) as `picture_sizes` returns them

    def __len__(self) -> int:
        return len(self.mean)

    @property
    def empty(self) -> int:
        """The index of the empty caption's embedding, which replaces a dropped caption."""
        return len(self.texts.hidden) - 1

    def conditions(self, captions: Tensor, rows: Tensor, device: torch.device) -> Conditions:
        """Return what the UNet gets for some rows with these captions."""
        return unet_conditions(self.texts.at(captions), self.sizes[rows], device)


def unet_conditions(texts: Texts, sizes: Tensor, device: torch.device) -> Conditions:
    return texts.hidden.to(device), added_conditions(texts.pooled.to(device), sizes.to(device))


def picture_sizes(examples: Sequence[ProductImage], size: int) -> Tensor:
    """Return original height and width, crop and target size of each picture (N, 6), for Stable Diffusion XL.

    The original is the square that the picture was padded to, and at most `size`: a sharp picture has the sizes with
    which diffusers generates, and one that had to be enlarged is known as such.
    """
    sides = [min(max(example["width"], example["height"]), size) for example in examples]
    return torch.tensor([[side, side, 0, 0, size, size] for side in sides], dtype=torch.float32)


def shared_cache(folder: Path) -> Path:
    """Return the cache that all trainings of a model share, beside their folders. It may be removed at any time."""
    return folder.parent / "encoded"


def load_conditioning(pipeline: Pipeline, snapshot: Snapshot[ProductImage], folder: Path, log: RunLog) -> Conditioning:
    """Return the train split's conditioning. Only what is not in the cache `folder` is encoded, and kept there."""
    examples = snapshot.splits["train"]
    paths = [picture_path(snapshot, "train", example) for example in examples]
    moments = picture_moments(pipeline, paths, folder, log)
    captions = [example["caption"] for example in examples]
    distinct = list(dict.fromkeys(caption for caption in captions if caption))
    number = {caption: position for position, caption in enumerate([*distinct, ""])}
    return Conditioning(
        mean=moments[:, 0].contiguous(),
        std=moments[:, 1].contiguous(),
        texts=caption_embeddings(pipeline, [*distinct, ""], folder),
        caption_of=torch.tensor([number[caption] for caption in captions]),
        sizes=picture_sizes(examples, read_pixels(paths[0]).shape[-1]),
    )


def picture_moments(
    pipeline: Pipeline, paths: Sequence[Path], folder: Path, log: RunLog, mirrored: bool = False
) -> Tensor:
    """Return mean and standard deviation of each picture's latents (N, 2, channels, side, side), scaled, in fp32.

    They are kept by the digest of the picture, which tells its size too, whether it is mirrored, and the VAE.
    """
    digests = [file_digest(path) for path in paths]
    by_digest = dict(zip(digests, paths, strict=True))  # equal pictures are encoded once
    number_of = {digest: number for number, digest in enumerate(by_digest)}

    def moments_of(pair: tuple[str, int]) -> Tensor:
        return _moments(pipeline, read_pixels(by_digest[pair[0]]), mirrored)

    def encode(pairs: Sequence[tuple[str, int]], already: int) -> Tensor:
        found: list[Tensor] = []
        parallel = parallel_map(pipeline.device, pipeline.unet.num_parameters())
        with _encoding_precision(pipeline.vae), parallel as in_order:
            for moments in in_order(moments_of, pairs):
                found.append(moments)
                log.progress("encode pictures", already + len(found), len(by_digest))
        return torch.stack(found)

    depends_on = [FORMAT, "latents", module_digest(pipeline.vae, pipeline.vae.config)]
    found = cached_outputs(folder / digest_of(depends_on), [(digest, int(mirrored)) for digest in by_digest], encode)
    return found[[number_of[digest] for digest in digests]]


def caption_embeddings(pipeline: Pipeline, captions: Sequence[str], folder: Path) -> Texts:
    """Return the embeddings of captions, kept by the caption, the text encoders and their tokenizers."""
    kind, config = kind_of(pipeline), pipeline.unet.config
    encoders = [getattr(pipeline, name) for name in kind.text_encoders]
    tokenizers = [getattr(pipeline, name) for name in kind.tokenizers]
    depends_on = [
        *(TEXT_FORMAT, "texts", kind.pipeline, pipeline.config.get("force_zeros_for_empty_prompt")),
        [module_digest(encoder, encoder.config.to_dict()) for encoder in encoders],
        [digest_of([tokenizer.get_vocab(), tokenizer.model_max_length]) for tokenizer in tokenizers],
    ]

    def encode(pairs: Sequence[tuple[str, int]], _already: int) -> Tensor:
        found = joined([encode_text(pipeline, caption) for caption, _ in pairs])
        return torch.cat([found.hidden.flatten(1), found.pooled], dim=1).cpu()

    flat = cached_outputs(folder / digest_of(depends_on), [(caption, 0) for caption in captions], encode)
    positions, last = tokenizers[0].model_max_length, flat.shape[1] - pooled_width(config)
    return Texts(flat[:, :last].reshape(len(flat), positions, -1), flat[:, last:].contiguous())


def read_pixels(path: Path) -> Tensor:
    """Return a picture as (3, height, width) in [-1, 1]."""
    with Image.open(path) as picture:
        flat = torch.frombuffer(bytearray(picture.convert("RGB").tobytes()), dtype=torch.uint8)
        return flat.view(picture.height, picture.width, 3).permute(2, 0, 1).contiguous().float() / 127.5 - 1


@torch.no_grad()
def _moments(pipeline: Pipeline, pixels: Tensor, mirrored: bool) -> Tensor:
    """Encode one picture by itself: in a batch its last bits would depend on which others are in the cache already."""
    vae = pipeline.vae
    turned = pixels.flip(-1) if mirrored else pixels
    found = vae.encode(turned[None].to(vae.device, vae.dtype)).latent_dist
    return torch.stack([found.mean[0], found.std[0]]).float().cpu() * float(vae.config.scaling_factor)


@contextmanager
def _encoding_precision(vae: AutoencoderKL) -> Iterator[None]:
    """Encode in fp32 inside the block where the VAE's configuration says that it overflows in fp16, as XL's does."""
    overflows = vae.dtype == torch.float16 and bool(vae.config.force_upcast)
    try:
        if overflows:
            vae.to(torch.float32)
        yield
    finally:
        if overflows:
            vae.to(torch.float16)  # these weights came from fp16: the same bits
