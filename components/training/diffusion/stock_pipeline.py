"""Training: one picture from a pipeline as any stock client draws it, with nothing of ours in between."""

import platform
from typing import Any

import diffusers
import numpy as np
import torch
from diffusers import StableDiffusionPipeline

from components.core.errors import CheckpointError
from components.core.proof import Proof
from components.training.device import steady_threads


def machine(device: torch.device) -> str:
    """Name what decides about the last bits of a picture: the chip, its instructions, and torch's version."""
    cuda = device.type == "cuda"
    chip = torch.cuda.get_device_name(device) if cuda else str(torch.backends.cpu.get_cpu_capability())
    return f"{platform.machine()}, {device.type} {chip}, torch {torch.__version__}"


def draw_stock(pipeline: StableDiffusionPipeline, proof: Proof) -> np.ndarray[Any, Any]:
    """Return the picture of the proof's prompt and seed as uint8 pixels (H, W, 3).

    Raises:
        CheckpointError: diffusers does not know the proof's scheduler.
    """
    pipeline.scheduler = _scheduler(proof)
    pipeline.set_progress_bar_config(disable=True)
    with steady_threads(pipeline.device, pipeline.unet.num_parameters()), torch.inference_mode():
        picture = pipeline(
            proof.prompt,
            num_inference_steps=proof.steps,
            guidance_scale=proof.guidance,
            generator=torch.Generator().manual_seed(proof.seed),
            output_type="pt",
        ).images[0]
    levels = (picture.float().cpu() * 255).round().to(torch.uint8)
    return np.asarray(levels.permute(1, 2, 0).numpy())


def _scheduler(proof: Proof) -> Any:
    kind = getattr(diffusers, proof.scheduler, None) if proof.scheduler.endswith("Scheduler") else None
    if kind is None:
        raise CheckpointError(f"diffusers has no scheduler {proof.scheduler!r}, expected the proof's: run `evaluate`.")
    return kind.from_config(dict(proof.scheduler_config))
