"""Product images: the kinds of base models, and what differs between them, without importing torch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from components.core.lazy import lazy

_TEXTS = "components.recipes.product_images.generate.texts"


@dataclass(frozen=True, slots=True)
class PipelineKind:
    """One kind of diffusers pipeline."""

    pipeline: str  # diffusers' class, which model_index.json names
    text_encoders: tuple[str, ...]  # folders of the base; the UNet gets their hidden states side by side
    tokenizers: tuple[str, ...]
    options: Mapping[str, Any]  # of `from_pretrained`
    encode: Callable[..., Any]  # (pipeline, prompt) -> Texts of one text
    arguments: Callable[..., Mapping[str, Any]]  # (Texts, Texts of empty ones or None) -> of a call of the pipeline

    @property
    def with_weights(self) -> tuple[str, ...]:
        return ("unet", "vae", *self.text_encoders)

    @property
    def parts(self) -> tuple[str, ...]:
        return (*self.with_weights, *self.tokenizers, "scheduler")


_KINDS = (
    PipelineKind(
        pipeline="StableDiffusionPipeline",
        text_encoders=("text_encoder",),
        tokenizers=("tokenizer",),
        options={"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False},
        encode=lazy(f"{_TEXTS}:encode_hidden"),
        arguments=lazy(f"{_TEXTS}:hidden_arguments"),
    ),
    PipelineKind(
        pipeline="StableDiffusionXLPipeline",
        text_encoders=("text_encoder", "text_encoder_2"),
        tokenizers=("tokenizer", "tokenizer_2"),
        options={"add_watermarker": False},
        encode=lazy(f"{_TEXTS}:encode_pooled"),
        arguments=lazy(f"{_TEXTS}:pooled_arguments"),
    ),
)
KINDS: Mapping[str, PipelineKind] = {kind.pipeline: kind for kind in _KINDS}


def kind_of(pipeline: object) -> PipelineKind:
    """Return the kind of a pipeline in memory."""
    return KINDS[type(pipeline).__name__]
