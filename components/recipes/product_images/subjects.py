"""Product images: what is drawn to be scored. The bare base and every checkpoint, with the same prompts and seeds."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from torch import Tensor

from components.core.errors import CheckpointError
from components.core.files import digest_of
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from components.core.seeds import derive_seed
from components.metrics.intervals import Clusters
from components.recipes.product_images.base import base_digest, base_folder, open_base
from components.recipes.product_images.config import ProductImagesConfig, SamplingSettings
from components.recipes.product_images.drawing import draw_pictures
from components.recipes.product_images.stored import remember_pictures
from components.training.adapter_files import read_adapter
from components.training.lora import swap_adapter

SHOWN = 6  # prompts in the grid of pictures


@dataclass(frozen=True)
class Plan:
    """What is drawn for every subject: the same prompts with the same seeds, so that they differ by weights alone."""

    prompts: Sequence[str]
    seeds: Sequence[int]
    clusters: Clusters  # which caption each picture has, drawn (N,) and real (M,): those of one caption are alike
    shown: Sequence[int]  # the pictures that people get to see, of different captions
    sampling: SamplingSettings


def make_plan(config: ProductImagesConfig, captions: Sequence[str]) -> Plan:
    """Return which pictures are drawn: the captions in turn, each time round with new seeds."""
    count = config.evaluate.pictures
    prompts = [captions[i % len(captions)] for i in range(count)]
    distinct = list(dict.fromkeys(prompts))
    number = {caption: n for n, caption in enumerate(dict.fromkeys([*prompts, *captions]))}
    return Plan(
        prompts=prompts,
        seeds=[derive_seed(config.seed, "evaluate", i) for i in range(count)],
        clusters=(torch.tensor([number[p] for p in prompts]), torch.tensor([number[c] for c in captions])),
        shown=[prompts.index(prompt) for prompt in _unlike(distinct)],
        sampling=config.sampling,
    )


def _unlike(prompts: Sequence[str]) -> list[str]:
    """Return a few prompts that say different things: each next one shares the fewest words with those before it."""
    words = {prompt: set(prompt.split()) for prompt in prompts}
    chosen = list(prompts[:1])
    while len(chosen) < min(SHOWN, len(prompts)):
        rest = [prompt for prompt in prompts if prompt not in chosen]
        chosen.append(min(rest, key=lambda prompt: sum(len(words[prompt] & words[other]) for other in chosen)))
    return chosen


def draw_subjects(
    config: ProductImagesConfig, plan: Plan, checkpoints: Sequence[Checkpoint], cache: Path, log: RunLog
) -> Iterator[tuple[Checkpoint | None, Tensor]]:
    """Yield the pictures (N, 3, H, W) of the bare base, then of each checkpoint, drawn now or in `cache`.

    The base is loaded once; adapters are exchanged in place.

    Raises:
        CheckpointError: an adapter does not fit the base, or draws exactly what the base draws.
    """
    pipeline = open_base(config)
    swap_adapter(pipeline, None)
    base = base_digest(base_folder(config.base))
    drawn_by_base = ""
    for checkpoint in (None, *checkpoints):
        swap_adapter(pipeline, checkpoint)
        pipeline.unet.eval()
        folder = cache / _subject_digest(pipeline, base, checkpoint, plan.sampling)
        pictures = _draw(pipeline, plan, folder, f"pictures of {_name(checkpoint)}", log)
        digest = hashlib.sha256(pictures.numpy().tobytes()).hexdigest()
        if digest == drawn_by_base and checkpoint:
            raise CheckpointError(
                f"The adapter in {checkpoint.folder} draws exactly what the base model draws, expected a change: train "
                "again, with a higher learning rate or more steps."
            )
        drawn_by_base = drawn_by_base or digest
        yield checkpoint, pictures


def _draw(pipeline: StableDiffusionPipeline, plan: Plan, folder: Path, what: str, log: RunLog) -> Tensor:
    total = len(plan.seeds)

    def draw(pairs: Sequence[tuple[str, int]], already: int) -> Tensor:
        prompts, seeds = zip(*pairs, strict=True)
        return draw_pictures(
            pipeline, prompts, seeds, plan.sampling, lambda done, _: log.progress(what, already + done, total)
        )

    pictures = remember_pictures(folder, list(zip(plan.prompts, plan.seeds, strict=True)), draw)
    log.progress(what, total, total)
    return pictures


def _subject_digest(
    pipeline: StableDiffusionPipeline, base: str, checkpoint: Checkpoint | None, sampling: SamplingSettings
) -> str:
    """Name everything that a picture depends on besides prompt and seed; alpha is not among an adapter's weights."""
    return digest_of(
        {
            "base": base,
            "adapter": checkpoint and [checkpoint.digest, read_adapter(checkpoint.folder).alpha],
            "sampling": sampling.model_dump(exclude={"batch"}),
            "scheduler": [type(pipeline.scheduler).__name__, dict(pipeline.scheduler.config)],
            "computed": [pipeline.device.type, str(pipeline.unet.dtype)],
        }
    )


def _name(checkpoint: Checkpoint | None) -> str:
    return f"step {checkpoint.step}" if checkpoint else "the base model"
