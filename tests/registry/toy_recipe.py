"""Tests: the toy recipe with well-known scores, for tests of the registry, which train nothing."""

from dataclasses import replace

from components.core.config import ModelConfig, PromotionPolicy
from components.core.metric_table import METRICS
from components.core.recipe import Recipe
from components.core.strict import Strict
from components.recipes.product_images.package import package
from tests import toys
from tests.components.recipes.product_images.toy_model import make_config


class ToyTrain(Strict):
    steps: int = 20


class Config(ModelConfig):
    train: ToyTrain


SHOWN = ("fid", "kid", "clip_score")
RECIPE = replace(toys.RECIPE, config=Config, metrics=METRICS, shown=SHOWN)
ADAPTERS: Recipe = replace(  # the same for checkpoints that are LoRA adapters
    RECIPE, package=lambda config, checkpoint: package(make_config("starter"), checkpoint)
)


def toy_config(model: str = "toy") -> Config:
    return Config(
        model=model,
        recipe="toy",
        about="A toy for tests of the registry.",
        data=Strict(),
        train=ToyTrain(),
        evaluate=Strict(),
        promote=PromotionPolicy(primary="accuracy"),
    )
