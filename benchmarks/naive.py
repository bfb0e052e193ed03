"""Benchmarks: the usual way to score checkpoints: load each one, and generate and score one picture at a time."""

from collections.abc import Iterable

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from numpy.typing import NDArray
from PIL import Image
from scipy.linalg import sqrtm

from benchmarks.phases import Clock
from benchmarks.setting import SPLIT, Setting
from components.core.records import Checkpoint
from components.data.snapshots import picture_path
from components.recipes.product_images.prompt_plan import PromptPlan
from components.recipes.product_images.score.inception import Inception

Features = NDArray[np.float64]


def score_naively(setting: Setting, plan: PromptPlan, clock: Clock) -> list[tuple[float, float]]:
    """Return FID and KID of each checkpoint."""
    return [_score(setting, checkpoint, plan, clock) for checkpoint in setting.checkpoints]


def _score(setting: Setting, checkpoint: Checkpoint, plan: PromptPlan, clock: Clock) -> tuple[float, float]:
    with clock.phase("load"):
        pipeline = StableDiffusionPipeline.from_pretrained(
            setting.base, dtype=torch.float32, safety_checker=None, local_files_only=True
        )
        pipeline.set_progress_bar_config(disable=True)
        pipeline.load_lora_weights(checkpoint.folder)
    with clock.phase("draw"):
        pictures = [_generate(pipeline, plan, i) for i in range(len(plan.seeds))]
    with clock.phase("features"):
        generated = _features(setting.extractor, pictures)
    with clock.phase("reference"):
        paths = [picture_path(setting.snapshot, SPLIT, example) for example in setting.snapshot.splits[SPLIT]]
        real = _features(setting.extractor, map(Image.open, paths))
    with clock.phase("FID"):
        return _frechet_distance(generated, real), _kernel_distance(generated, real)


def _generate(pipeline: StableDiffusionPipeline, plan: PromptPlan, number: int) -> Image.Image:
    picture: Image.Image = pipeline(
        plan.prompts[number],
        num_inference_steps=plan.sampling.steps,
        guidance_scale=plan.sampling.guidance,
        generator=torch.Generator().manual_seed(plan.seeds[number]),
    ).images[0]
    return picture


@torch.no_grad()
def _features(extractor: Inception, pictures: Iterable[Image.Image]) -> Features:
    rows = []
    for picture in pictures:
        pixels = torch.from_numpy(np.array(picture.convert("RGB"))).permute(2, 0, 1)
        rows.append(extractor(pixels[None]).numpy()[0])
    return np.stack(rows).astype(np.float64)


def _frechet_distance(a: Features, b: Features) -> float:
    """Return the distance of Heusel et al. (2017), with the square root of a width x width matrix."""
    sigma_a, sigma_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = sqrtm(sigma_a @ sigma_b).real
    gap = a.mean(0) - b.mean(0)
    return float(gap @ gap + np.trace(sigma_a) + np.trace(sigma_b) - 2 * np.trace(root))


def _kernel_distance(a: Features, b: Features) -> float:
    """Return the unbiased squared MMD over all pairs (Binkowski et al., 2018)."""
    within_a, within_b, across = ((x @ y.T / x.shape[1] + 1) ** 3 for x, y in ((a, a), (b, b), (a, b)))
    n, m = len(a), len(b)
    inside_a = (within_a.sum() - np.trace(within_a)) / (n * (n - 1))
    inside_b = (within_b.sum() - np.trace(within_b)) / (m * (m - 1))
    return float(inside_a + inside_b - 2 * across.mean())
