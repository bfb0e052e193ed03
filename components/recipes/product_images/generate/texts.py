"""Product images: prompts and captions as the embeddings that the UNet of each kind of base model gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import torch
from torch import Tensor

from components.recipes.product_images.generate.pipeline_kinds import kind_of
from components.training.diffusion.pipelines import Pipeline

# A fast tokenizer keeps the padding of its last call, so threads would pad each other's texts.
_TOKENIZER = Lock()
_ONE = {"num_images_per_prompt": 1, "do_classifier_free_guidance": False}


@dataclass(frozen=True, slots=True)
class Texts:
    """The embeddings of texts, a row for each."""

    hidden: Tensor  # (texts, positions, width): hidden states, to which the UNet attends
    pooled: Tensor  # (texts, pooled width): a vector for each text as a whole; the width is 0 for Stable Diffusion 1.5

    def at(self, rows: Any) -> "Texts":
        return Texts(self.hidden[rows], self.pooled[rows])

    def repeated(self, count: int) -> "Texts":
        return Texts(self.hidden.expand(count, -1, -1), self.pooled.expand(count, -1))


def joined(texts: Sequence[Texts]) -> Texts:
    return Texts(torch.cat([text.hidden for text in texts]), torch.cat([text.pooled for text in texts]))


def encode_text(pipeline: Pipeline, text: str) -> Texts:
    """Encode one text by itself: in a batch the last bits would depend on its neighbours.

    The empty text is what a caption is replaced by in training, and what guidance leads away from. Texts that are too
    long for an encoder are truncated, but keep their end token.
    """
    with torch.inference_mode(), _TOKENIZER:
        found: Texts = kind_of(pipeline).encode(pipeline, text)
    return found


def encode_hidden(pipeline: Any, text: str) -> Texts:
    """Encode a text for Stable Diffusion 1.5: the last hidden states of its text encoder."""
    hidden = pipeline.encode_prompt(text, pipeline.device, **_ONE)[0]
    return Texts(hidden, hidden.new_zeros(len(hidden), 0))


def encode_pooled(pipeline: Any, text: str) -> Texts:
    """Encode a text for Stable Diffusion XL: the hidden states of both encoders, and the second one's pooled output.

    Its own base was trained with zeros for the empty text, and diffusers generates so, where its configuration says it.
    """
    hidden, _, pooled, _ = pipeline.encode_prompt(text, device=pipeline.device, **_ONE)
    if not text and pipeline.config.force_zeros_for_empty_prompt:
        return Texts(torch.zeros_like(hidden), torch.zeros_like(pooled))
    return Texts(hidden, pooled)


def hidden_arguments(texts: Texts, empty: Texts | None) -> Mapping[str, Any]:
    return {"prompt_embeds": texts.hidden, "negative_prompt_embeds": None if empty is None else empty.hidden}


def pooled_arguments(texts: Texts, empty: Texts | None) -> Mapping[str, Any]:
    return {
        **hidden_arguments(texts, empty),
        "pooled_prompt_embeds": texts.pooled,
        "negative_pooled_prompt_embeds": None if empty is None else empty.pooled,
    }
