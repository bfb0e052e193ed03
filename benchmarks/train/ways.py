"""Benchmarks: the ways to train that are compared: three usual loops on one stock pipeline, and the product's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from accelerate import Accelerator
from diffusers import DDIMScheduler, StableDiffusionPipeline
from peft import LoraConfig

from benchmarks.ours import SilentLog
from benchmarks.setting import TRAIN
from benchmarks.train.usual import Pictures, UsualLoop, cache_latents
from components.core.records import Snapshot
from components.data.snapshots import picture_path
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.example import ProductImage
from components.recipes.product_images.train.train import prepare_run
from components.recipes.product_images.train.training_run import TrainingRun
from components.training.diffusion.lora import lora_parameters
from components.training.loop import MIXED, optimizer_step
from components.training.precision import PRECISIONS

USUAL, WITHOUT, CACHED, OURS = "usual loop", "without checkpointing", "cached latents", "ours"


class Way(Protocol):
    """A way to train. `begin` and `end` are not timed: they let ways share one model."""

    @property
    def unet(self) -> torch.nn.Module: ...

    def begin(self) -> None: ...

    def step(self, number: int) -> float:
        """Take one optimizer step and return its loss."""
        ...

    def end(self) -> None: ...


@dataclass(frozen=True)
class Product:
    """The product's own loop: what `train` prepares, and the step that it takes."""

    run: TrainingRun

    @property
    def unet(self) -> torch.nn.Module:
        unet: torch.nn.Module = self.run.pipeline.unet
        return unet

    def begin(self) -> None:
        self.run.pipeline.unet.train()

    def step(self, number: int) -> float:
        del number  # the training counts its own steps
        return optimizer_step(self.run.training, self.run.denoising.loss).loss

    def end(self) -> None:
        """Leave everything as it is: the product has a pipeline of its own."""


def open_ways(
    config: ProductImagesConfig, snapshot: Snapshot[ProductImage], folder: Path, device: torch.device
) -> Mapping[str, Way]:
    """Return all ways by name. All start with the same adapter, that of the product."""
    ours = open_product(config, snapshot, folder)
    usual = open_usual(config, snapshot, ours.unet, device)
    return {**{name: usual(name) for name in (USUAL, WITHOUT, CACHED)}, OURS: ours}


def open_product(config: ProductImagesConfig, snapshot: Snapshot[ProductImage], folder: Path) -> Product:
    return Product(prepare_run(config, snapshot, folder, SilentLog()))


def open_usual(
    config: ProductImagesConfig, snapshot: Snapshot[ProductImage], adapted: torch.nn.Module, device: torch.device
) -> Callable[[str], UsualLoop]:
    """Return a function that opens a usual loop by its name. All share a pipeline with a copy of this adapter."""
    pipeline = _open_stock(config, device)
    _copy_adapter(adapted, pipeline.unet)
    examples = snapshot.splits[TRAIN]
    paths = [picture_path(snapshot, TRAIN, example) for example in examples]
    pictures = Pictures(paths, [example["caption"] for example in examples])
    precision = MIXED[PRECISIONS[config.train.precision]]

    def opened(name: str) -> UsualLoop:
        accelerator = Accelerator(mixed_precision=precision, cpu=device.type == "cpu")
        latents = cache_latents(pipeline, pictures) if name == CACHED else None
        return UsualLoop(pipeline, accelerator, config.train, pictures, config.seed, name == USUAL, latents)

    return opened


def _open_stock(config: ProductImagesConfig, device: torch.device) -> StableDiffusionPipeline:
    """Open the base as the scripts do: all parts frozen and in the precision of the training, the adapter in fp32."""
    pipeline = StableDiffusionPipeline.from_pretrained(
        config.base.model, dtype=PRECISIONS[config.train.precision], safety_checker=None, local_files_only=True
    ).to(device)
    pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
    for part in (pipeline.unet, pipeline.vae, pipeline.text_encoder):
        part.requires_grad_(False)
    lora = config.train.lora
    pipeline.unet.add_adapter(LoraConfig(r=lora.rank, lora_alpha=lora.alpha, target_modules=list(lora.targets)))
    return pipeline


@torch.no_grad()
def _copy_adapter(source: torch.nn.Module, target: torch.nn.Module) -> None:
    theirs = lora_parameters(source)
    for name, parameter in lora_parameters(target).items():
        parameter.data = theirs[name].detach().clone()  # in fp32, whatever the precision of the base
