"""components / product images / starter / training: generate pictures and lay them side by side."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from components.recipes.product_images.starter.training.diffusers_types import DiffusersModel

PROMPT = (
    "A professional product photo of {colour} {article} , summer collection , women , Alder brand , "
    "centered on white background, high quality, product photography"
)


def sample(
    pipeline: DiffusersModel, prompts: Sequence[str], seed: int, steps: int = 20, guidance: float = 4.0
) -> Tensor:
    """Return uint8 pictures (N, 3, 64, 64), one for each prompt; picture n starts from the noise of seed + n."""
    generate = partial(
        pipeline, height=64, width=64, num_inference_steps=steps, guidance_scale=guidance, output_type="np"
    )
    parts = []
    for start in range(0, len(prompts), 32):
        some = list(prompts[start : start + 32])
        noise = [torch.Generator().manual_seed(seed + start + place) for place in range(len(some))]
        generated = generate(some, generator=noise).images
        parts.append(torch.from_numpy((generated * 255).round().astype(np.uint8)).permute(0, 3, 1, 2))
    return torch.cat(parts)


def sheet(pictures: Tensor, columns: int, scale: int = 2) -> Image.Image:
    """Return uint8 pictures (N, 3, H, W) side by side, row by row, enlarged `scale` times."""
    count, _, height, width = pictures.shape
    whole = Image.new("RGB", (columns * width * scale, -(-count // columns) * height * scale), "white")
    for place, picture in enumerate(pictures):
        tile = Image.fromarray(picture.permute(1, 2, 0).numpy()).resize((width * scale, height * scale))
        whole.paste(tile, (place % columns * width * scale, place // columns * height * scale))
    return whole
