"""Tests: a picture depends on its prompt and its seed alone, and equals that of diffusers' own pipeline."""

import copy
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline
from torch import Tensor

from components.metrics.appearance import blank
from components.recipes.product_images.config import SamplingSettings
from components.recipes.product_images.generate.generate import generate_pictures
from tests.components.training.toy_base import make_toy_pipeline

PROMPTS = ["red shoes", "blue shoes", "red shoes", "green shoes", "red shoes"]
SEEDS = [11, 12, 13, 14, 11]
SAMPLING = SamplingSettings(steps=4, guidance=3.0, batch=2)


@pytest.fixture(scope="module")
def pipeline() -> StableDiffusionPipeline:
    return make_toy_pipeline()


def noises_of(pipeline: StableDiffusionPipeline, prompts: list[str], seeds: list[int], batch: int) -> list[Tensor]:
    """Return the noise that each picture starts from, in the order in which batches reach the UNet."""
    seen: list[tuple[int, Tensor]] = []
    listening = copy.copy(pipeline)
    hook = pipeline.unet.register_forward_pre_hook(lambda _, inputs: seen.append((int(inputs[1]), inputs[0].clone())))
    try:
        generate_pictures(listening, prompts, seeds, SAMPLING.model_copy(update={"batch": batch}))
    finally:
        hook.remove()
    first = max(timestep for timestep, _ in seen)
    halves = [latents.chunk(2)[0] for timestep, latents in seen if timestep == first]  # without and with text
    return [noise for half in halves for noise in half]


def grey_levels_apart(a: Tensor, b: Tensor) -> int:
    return int((a.int() - b.int()).abs().max())


@pytest.mark.parametrize("batch", [1, 2, 3, 5])
def test_starting_noise_is_the_same_bit_for_bit_in_batches_of_any_size(
    pipeline: StableDiffusionPipeline, batch: int
) -> None:
    alone = [noises_of(pipeline, [prompt], [seed], 1)[0] for prompt, seed in zip(PROMPTS, SEEDS, strict=True)]
    together = noises_of(pipeline, PROMPTS, SEEDS, batch)
    assert len(together) == len(alone)
    assert all(any(torch.equal(one, other) for other in together) for one in alone)


@pytest.mark.parametrize("batch", [2, 3, 5])
def test_pictures_are_the_same_to_one_grey_level_in_batches_of_any_size(
    pipeline: StableDiffusionPipeline, batch: int
) -> None:
    one_by_one = generate_pictures(pipeline, PROMPTS, SEEDS, SAMPLING.model_copy(update={"batch": 1}))
    together = generate_pictures(pipeline, PROMPTS, SEEDS, SAMPLING.model_copy(update={"batch": batch}))
    assert together.shape == (5, 3, 32, 32)
    assert together.dtype == torch.uint8
    assert grey_levels_apart(one_by_one, together) <= 1


def test_pictures_do_not_depend_on_their_place(pipeline: StableDiffusionPipeline) -> None:
    straight = generate_pictures(pipeline, PROMPTS, SEEDS, SAMPLING)
    reverse = generate_pictures(pipeline, PROMPTS[::-1], SEEDS[::-1], SAMPLING).flip(0)
    assert grey_levels_apart(straight, reverse) <= 1
    assert grey_levels_apart(straight[0], straight[4]) <= 1  # the same prompt and seed
    assert grey_levels_apart(straight[0], straight[2]) > 8  # another seed


@pytest.mark.parametrize("guidance", [1.0, 7.5])
def test_a_picture_is_exactly_that_of_diffusers_pipeline(pipeline: StableDiffusionPipeline, guidance: float) -> None:
    sampling = SamplingSettings(steps=4, guidance=guidance, batch=1)
    ours = generate_pictures(pipeline, ["blue shoes"], [7], sampling)[0]
    seed = torch.Generator().manual_seed(7)
    stock = pipeline("blue shoes", num_inference_steps=4, guidance_scale=guidance, generator=seed).images[0]
    assert torch.equal(ours, torch.from_numpy(np.array(stock)).permute(2, 0, 1))


def test_four_threads_generate_the_same_pictures_as_one(pipeline: StableDiffusionPipeline) -> None:
    alone = generate_pictures(pipeline, PROMPTS, SEEDS, SAMPLING)
    with ThreadPoolExecutor(4) as pool:
        generated = list(pool.map(lambda _: generate_pictures(pipeline, PROMPTS, SEEDS, SAMPLING), range(12)))
    assert all(torch.equal(pictures, alone) for pictures in generated)


def test_the_pipeline_is_not_changed(pipeline: StableDiffusionPipeline) -> None:
    scheduler, before = pipeline.scheduler, dict(vars(pipeline.scheduler))
    steps = 3 if before["num_inference_steps"] != 3 else 5
    generate_pictures(pipeline, PROMPTS, SEEDS, SAMPLING.model_copy(update={"steps": steps}))
    assert pipeline.scheduler is scheduler
    assert vars(scheduler).keys() == before.keys()
    assert scheduler.num_inference_steps == before["num_inference_steps"]


def test_a_long_prompt_is_truncated_and_keeps_its_end_token(pipeline: StableDiffusionPipeline) -> None:
    fits, long = " ".join("a" * 14), " ".join("a" * 30)  # with begin and end the 16 tokens of the toy text encoder
    assert pipeline.tokenizer(fits).input_ids[-1] == pipeline.tokenizer.eos_token_id
    generated = generate_pictures(pipeline, [long, fits], [3, 3], SAMPLING.model_copy(update={"batch": 1}))
    assert torch.equal(generated[0], generated[1])


def test_progress_counts_pictures(pipeline: StableDiffusionPipeline) -> None:
    progress: list[tuple[int, int]] = []
    generate_pictures(pipeline, PROMPTS, SEEDS, SAMPLING, lambda done, total: progress.append((done, total)))
    assert progress == [(2, 5), (4, 5), (5, 5)]


def test_pictures_that_are_not_finite_become_black_and_count_as_blank() -> None:
    broken = make_toy_pipeline()
    torch.nn.init.constant_(broken.unet.conv_out.bias, float("nan"))
    generated = generate_pictures(broken, PROMPTS, SEEDS, SAMPLING)
    assert not generated.any()
    assert blank(generated).tolist() == [1.0] * 5
