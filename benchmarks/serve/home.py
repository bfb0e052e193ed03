"""Benchmarks: a home with versions of the starter, without training: adapters of random weights cost as much to use."""

from pathlib import Path

import torch
from peft import LoraConfig

from components.core.records import Checkpoint, Decision, Verdict
from components.recipes import get_recipe, read_config
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.generate.base_folder import base_digest, base_folder
from components.recipes.product_images.generate.base_model import base_reference, open_base
from components.training.diffusion.adapter_files import adapter_digest
from components.training.diffusion.lora import add_lora, lora_parameters, remove_lora, save_adapter
from registry.client import connect
from registry.production import Promotion, move_production
from registry.settings import REPOSITORY
from registry.tracking import open_run
from registry.versions import register

MODEL = "starter"
STRENGTH = 0.05  # standard deviation of an adapter's B matrices: pictures change, but stay pictures


def starter(steps: int | None = None) -> ProductImagesConfig:
    """Return the starter's config, with another number of sampling steps by choice."""
    overrides = [] if steps is None else [f"sampling.steps={steps}"]
    config = read_config(REPOSITORY / "deployments" / "models", MODEL, overrides)
    assert isinstance(config, ProductImagesConfig)
    return config


def register_versions(config: ProductImagesConfig, folder: Path, count: int) -> list[Checkpoint]:
    """Register versions 1 to `count` of random adapters in the home of ATELIER_HOME; the first goes to production."""
    connect()
    recipe, made = get_recipe(config.recipe), [random_adapter(config, folder / f"{n}", n) for n in range(1, count + 1)]
    for number, checkpoint in enumerate(made, start=1):
        with open_run(config, "train", f"benchmark-{number}") as run:
            register(config, run, recipe, checkpoint, f"t{number}", "none")
    promote(1)
    return made


def promote(version: int) -> None:
    decision = Decision(version, Verdict.PROMOTE, "benchmark", f"Version {version} is next.")
    move_production(MODEL, Promotion(version, "benchmark"), lambda _: decision)


def random_adapter(config: ProductImagesConfig, folder: Path, seed: int) -> Checkpoint:
    """Write an adapter of the starter's own rank and layers, whose B is not zero."""
    pipeline, lora = open_base(config), config.train.lora
    add_lora(pipeline.unet, LoraConfig(r=lora.rank, lora_alpha=lora.alpha, target_modules=list(lora.targets)), seed)
    numbers = torch.Generator().manual_seed(seed)
    for parameter in lora_parameters(pipeline.unet).values():
        parameter.data = torch.randn(parameter.shape, generator=numbers) * STRENGTH
    folder.mkdir(parents=True)
    save_adapter(pipeline.unet, folder)
    remove_lora(pipeline.unet)
    digest = base_digest(base_folder(config.base))
    return Checkpoint(folder, seed, adapter_digest(folder), base_reference(config), digest)
