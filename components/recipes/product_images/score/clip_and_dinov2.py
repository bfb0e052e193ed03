"""Product images: CLIP and DINOv2 as extractors, loaded by transformers and without torchvision."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import CLIPModel, CLIPTokenizer, Dinov2Model

from components.core.errors import BaseModelError
from components.core.files import digest_of
from components.recipes.product_images.score.weight_sources import hub_missing
from components.training.device import choose_device

# Mean and standard deviation of red, green and blue in 0..1 with which each model was trained.
CLIP_COLOURS = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
IMAGENET_COLOURS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Clip(nn.Module):
    """Features are CLIP's projected picture embeddings before they are scaled to length 1."""

    def __init__(self, model: CLIPModel, tokenizer: CLIPTokenizer, name: str) -> None:
        super().__init__()
        self.model, self.tokenizer, self.name = model, tokenizer, name
        self.digest = digest_of([weights_digest(model), tokenizer.backend_tokenizer.to_str()])
        config: Any = model.config
        self.width = self.num_features = int(config.projection_dim)
        self.side = int(config.vision_config.image_size)
        self.resize, self.dtype = _resize_of(self.side), _dtype_of(model)
        self.positions = int(config.text_config.max_position_embeddings)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return features (N, width) of uint8 pictures (N, 3, H, W)."""
        pixels = as_pixels(pictures, self.side, *CLIP_COLOURS)
        features: Tensor = self.model.get_image_features(pixel_values=pixels.to(self.model.device)).pooler_output
        return features

    def image_embeddings(self, pictures: Tensor) -> Tensor:
        return F.normalize(self(pictures), dim=-1)

    @torch.inference_mode()
    def text_embeddings(self, texts: Sequence[str]) -> Tensor:
        """Return embeddings (N, width) of length 1. The tokenizer truncates long texts but keeps their end token."""
        tokens = self.tokenizer(
            list(texts), padding="max_length", max_length=self.positions, truncation=True, return_tensors="pt"
        ).to(self.model.device)
        found = self.model.get_text_features(input_ids=tokens.input_ids, attention_mask=tokens.attention_mask)
        return F.normalize(found.pooler_output, dim=-1).cpu()


class Dinov2(nn.Module):
    """Features are DINOv2's pooled class token."""

    def __init__(self, model: Dinov2Model, name: str) -> None:
        super().__init__()
        self.model, self.name = model, name
        self.digest = weights_digest(model)
        config: Any = model.config
        self.width = self.num_features = int(config.hidden_size)
        # Trained at 518 pixels, commonly used at 224: position embeddings are interpolated.
        self.side = min(224, int(config.image_size))
        self.resize, self.dtype = _resize_of(self.side), _dtype_of(model)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return features (N, width) of uint8 pictures (N, 3, H, W)."""
        pixels = as_pixels(pictures, self.side, *IMAGENET_COLOURS)
        features: Tensor = self.model(pixel_values=pixels.to(self.model.device)).pooler_output
        return features


def load_clip(source: str, revision: str | None, name: str) -> Clip:
    """Load CLIP from the Hugging Face cache, the hub or a folder, in fp32 on the best device.

    Raises:
        BaseModelError: the weights are not on this machine.
    """
    model = _load(CLIPModel.from_pretrained, source, revision)
    return Clip(model, _load(CLIPTokenizer.from_pretrained, source, revision), name)


def load_dinov2(source: str, revision: str | None, name: str) -> Dinov2:
    """Load DINOv2; as `load_clip`."""
    return Dinov2(_load(Dinov2Model.from_pretrained, source, revision), name)


def as_pixels(pictures: Tensor, side: int, mean: Sequence[float], deviation: Sequence[float]) -> Tensor:
    """Return square uint8 pictures as normalised floats of this side, scaled as by Pillow's bicubic filter.

    Raises:
        BaseModelError: the pictures are not square; cropping them would score only a part of each.
    """
    if pictures.shape[-1] != pictures.shape[-2]:
        raise BaseModelError(
            f"Pictures of {pictures.shape[-1]} x {pictures.shape[-2]} pixels cannot be scored", expected="square ones"
        )
    scaled = F.interpolate(pictures.float(), (side, side), mode="bicubic", antialias=True, align_corners=False)
    levels = scaled.round().clamp(0, 255) / 255
    return (levels - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(deviation).view(3, 1, 1)


def weights_digest(module: nn.Module) -> str:
    """Return 12 hex digits of the sha256 of the weights and their names."""
    digest = hashlib.sha256()
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
        digest.update(tensor.cpu().contiguous().view(-1).view(torch.uint8).numpy())
    return digest.hexdigest()[:12]


def _resize_of(side: int) -> str:
    """Return the name of the way in which `as_pixels` scales."""
    return f"bicubic-{side}-antialias"


def _dtype_of(module: nn.Module) -> str:
    return str(next(module.parameters()).dtype).removeprefix("torch.")


def _load(load: Callable[..., Any], source: str, revision: str | None) -> Any:
    try:
        found = load(source, revision=revision)
    except (OSError, ValueError) as error:
        raise BaseModelError(hub_missing(source, revision, str(error).splitlines()[0])) from None
    if isinstance(found, nn.Module):
        # transformers opens weights in their stored type, which may be half precision.
        found = found.float().eval().requires_grad_(False).to(choose_device())
    return found
