"""Product images: generate pictures. Each depends on its prompt and seed alone, not on the others of its batch."""

import copy
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from components.recipes.product_images.config import SamplingSettings
from components.recipes.product_images.generate.pipeline_kinds import kind_of
from components.recipes.product_images.generate.texts import Texts, encode_text, joined
from components.training.device import parallel_map
from components.training.diffusion.pipelines import Pipeline

Progress = Callable[[int, int], None]  # (pictures done, of how many)


def generate_pictures(
    pipeline: Pipeline,
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
    texts = {prompt: encode_text(pipeline, prompt) for prompt in dict.fromkeys(["", *prompts])}

    def generate_from(start: int) -> Tensor:
        batch = slice(start, start + sampling.batch)
        embedded = (joined([texts[prompt] for prompt in prompts[batch]]), texts[""])
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
    pipeline: Pipeline,
    texts: tuple[Texts, Texts],
    seeds: Sequence[int],
    sampling: SamplingSettings,
) -> Tensor:
    prompts, empty = texts
    without = empty.repeated(len(seeds)) if sampling.guidance > 1 else None
    pictures: Tensor = pipeline(
        **kind_of(pipeline).arguments(prompts, without),
        generator=[torch.Generator().manual_seed(seed) for seed in seeds],
        num_inference_steps=sampling.steps,
        guidance_scale=sampling.guidance,
        output_type="pt",
    ).images
    return pictures.float().cpu()


def _own_scheduler(pipeline: Pipeline) -> Pipeline:
    """Return the same weights with a new scheduler: threads that share one generate wrong pictures without an error."""
    own = copy.copy(pipeline)
    own.scheduler = type(pipeline.scheduler).from_config(pipeline.scheduler.config)
    own.set_progress_bar_config(disable=True)
    return own


def _as_uint8(pictures: Tensor) -> Tensor:
    """Return pictures in 0..1 as uint8. A picture with values that are not finite becomes black and counts as blank."""
    broken = ~pictures.isfinite().flatten(1).all(1)
    return (pictures.nan_to_num().masked_fill(broken[:, None, None, None], 0) * 255).round().to(torch.uint8)
