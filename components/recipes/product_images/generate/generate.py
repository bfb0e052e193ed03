"""Product images: generate pictures. Each depends on its prompt and seed alone, not on the others of its batch."""

import copy
from collections.abc import Callable, Sequence
from threading import Lock

import torch
from diffusers import StableDiffusionPipeline
from torch import Tensor

from components.recipes.product_images.config import SamplingSettings
from components.training.device import parallel_map

# A fast tokenizer keeps the padding of its last call, so threads would pad each other's texts.
_TOKENIZER = Lock()

Progress = Callable[[int, int], None]  # (pictures done, of how many)


def generate_pictures(
    pipeline: StableDiffusionPipeline,
    prompts: Sequence[str],
    seeds: Sequence[int],
    sampling: SamplingSettings,
    on_progress: Progress | None = None,
) -> Tensor:
    """Return uint8 pictures (N, 3, H, W) on the CPU, one for each prompt and seed, at the pipeline's own size.

    A picture is the one that diffusers' pipeline generates for the prompt with `torch.Generator().manual_seed(seed)`:
    the same pixels in batches of one, and within one grey level in larger batches, where sums have another order.
    Prompts that are too long for the text encoder are truncated, but keep their end token. It is thread-safe.
    """
    # Classifier-free guidance needs the embedding of the empty text.
    texts = {prompt: _encode(pipeline, prompt) for prompt in dict.fromkeys(["", *prompts])}

    def generate_from(start: int) -> Tensor:
        batch = slice(start, start + sampling.batch)
        embedded = ([texts[prompt] for prompt in prompts[batch]], texts[""])
        return _generate_batch(_own_scheduler(pipeline), embedded, seeds[batch], sampling)

    generated: list[Tensor] = []
    with parallel_map(pipeline.device, pipeline.unet.num_parameters()) as in_order:
        for pictures in in_order(generate_from, range(0, len(prompts), sampling.batch)):
            generated.append(pictures)
            (on_progress or _no_progress)(min(len(generated) * sampling.batch, len(prompts)), len(prompts))
    return _as_uint8(torch.cat(generated))


def _no_progress(done: int, total: int) -> None:
    """Report no progress."""


@torch.inference_mode()
def _generate_batch(
    pipeline: StableDiffusionPipeline,
    texts: tuple[Sequence[Tensor], Tensor],
    seeds: Sequence[int],
    sampling: SamplingSettings,
) -> Tensor:
    prompts, empty = texts
    pictures: Tensor = pipeline(
        prompt_embeds=torch.cat(list(prompts)),
        negative_prompt_embeds=empty.expand(len(prompts), -1, -1) if sampling.guidance > 1 else None,
        generator=[torch.Generator().manual_seed(seed) for seed in seeds],
        num_inference_steps=sampling.steps,
        guidance_scale=sampling.guidance,
        output_type="pt",
    ).images
    return pictures.float().cpu()


@torch.inference_mode()
def _encode(pipeline: StableDiffusionPipeline, prompt: str) -> Tensor:
    """Encode one prompt by itself: in a batch the last bits would depend on its neighbours."""
    with _TOKENIZER:
        encoded: Tensor = pipeline.encode_prompt(prompt, pipeline.device, 1, do_classifier_free_guidance=False)[0]
    return encoded


def _own_scheduler(pipeline: StableDiffusionPipeline) -> StableDiffusionPipeline:
    """Return the same weights with a new scheduler: threads that share one generate wrong pictures without an error."""
    own = copy.copy(pipeline)
    own.scheduler = type(pipeline.scheduler).from_config(pipeline.scheduler.config)
    own.set_progress_bar_config(disable=True)
    return own


def _as_uint8(pictures: Tensor) -> Tensor:
    """Return pictures in 0..1 as uint8. A picture with values that are not finite becomes black and counts as blank."""
    broken = ~pictures.isfinite().flatten(1).all(1)
    return (pictures.nan_to_num().masked_fill(broken[:, None, None, None], 0) * 255).round().to(torch.uint8)
