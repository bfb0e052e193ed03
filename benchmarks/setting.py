"""Benchmarks: the inputs of both ways of scoring: pictures, adapters, and a network with Inception's layers."""

from dataclasses import dataclass
from pathlib import Path

import torch
from peft import LoraConfig
from torch import nn

from components.core.records import Checkpoint, Snapshot
from components.core.seeds import derive_seed
from components.data.drawn_catalogue.drawing.picture import Scene, draw_picture
from components.recipes import read_config
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.example import ProductImage
from components.recipes.product_images.generate.base_folder import base_folder
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.score.inception import Inception
from components.recipes.product_images.score.inception_network import make_network
from components.training.diffusion.adapter_files import adapter_digest
from components.training.diffusion.lora import add_lora, lora_parameters, remove_lora, save_adapter

MODELS = Path(__file__).parents[1] / "deployments" / "models"
SPLIT, TRAIN = "validation", "train"
COLOURS = ("Black", "Blue", "Brown", "Green", "Grey", "Pink", "Red", "White")
STRENGTH = 0.05  # standard deviation of an adapter's B matrices: pictures change, but stay pictures
SEED = 7


@dataclass(frozen=True)
class Sizes:
    checkpoints: int = 4
    pictures: int = 8  # of each checkpoint
    reference: int = 64  # real pictures that these are compared with
    training: int = 64  # real pictures for floors and classifiers, which the naive way does not need


@dataclass(frozen=True)
class Setting:
    config: ProductImagesConfig
    base: Path
    snapshot: Snapshot[ProductImage]
    checkpoints: list[Checkpoint]
    extractor: Inception


def make_setting(folder: Path, sizes: Sizes) -> Setting:
    """Write real pictures and adapters, made from one seed, into the folder."""
    config = read_config(MODELS, "starter", [f"evaluate.pictures={sizes.pictures}"])
    assert isinstance(config, ProductImagesConfig)
    splits = {
        SPLIT: real_pictures(folder / SPLIT, sizes.reference, config.data.size),
        TRAIN: real_pictures(folder / TRAIN, sizes.training, config.data.size),
    }
    checkpoints = [_checkpoint(config, folder / f"step-{step}", step) for step in range(1, sizes.checkpoints + 1)]
    extractor = Inception(random_network(SEED), f"seed-{SEED}").eval().requires_grad_(False)
    return Setting(config, base_folder(config.base), Snapshot("benchmark", folder, splits), checkpoints, extractor)


@torch.no_grad()
def random_network(seed: int) -> nn.Sequential:
    """Return Inception-v3 with random weights that keep the variance of activations through ReLUs (He et al., 2015)."""
    network, numbers = make_network(), torch.Generator().manual_seed(seed)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            layer.weight.normal_(std=(2 / layer.weight[0].numel()) ** 0.5, generator=numbers)
    return network


def real_pictures(folder: Path, count: int, side: int) -> list[ProductImage]:
    folder.mkdir(parents=True)
    examples: list[ProductImage] = []
    for number in range(count):
        colour, name = COLOURS[number % len(COLOURS)], f"{number}.png"
        seed = derive_seed(SEED, folder.name, number)
        draw_picture("Casual Shoes", colour, seed, Scene((side, side))).save(folder / name)
        caption = f"A professional product photo of {colour.lower()} casual shoes on white background"
        examples.append(_example(number, name, caption, colour))
    return examples


def _example(number: int, name: str, caption: str, colour: str) -> ProductImage:
    return ProductImage(
        file_name=name,
        id=number,
        caption=caption,
        gender="Men",
        masterCategory=None,
        subCategory=None,
        articleType="Casual Shoes",
        baseColour=colour,
        season=None,
        year=None,
        usage=None,
        productDisplayName=None,
        brand=None,
        description=None,
        width=512,
        height=512,
        white_background=1.0,
        content=name,
        phash="",
        group=name,
    )


@torch.no_grad()
def _checkpoint(config: ProductImagesConfig, folder: Path, step: int) -> Checkpoint:
    unet, lora = open_base(config).unet, config.train.lora
    add_lora(unet, LoraConfig(r=lora.rank, lora_alpha=lora.alpha, target_modules=list(lora.targets)), seed=SEED)
    numbers = torch.Generator().manual_seed(derive_seed(SEED, step))
    for name, parameter in lora_parameters(unet).items():
        if "lora_B" in name:
            parameter.normal_(std=STRENGTH, generator=numbers)
    folder.mkdir()
    save_adapter(unet, folder)
    remove_lora(unet)
    return Checkpoint(folder, step, adapter_digest(folder), config.base.model)
