"""Product images: the recipe of models that draw product pictures. Importing it loads neither torch nor diffusers."""

from collections.abc import Sequence
from pathlib import Path

from components.core.proof import Proof
from components.core.recipe import Examples, Need, Recipe, RunLog, Source, Workplace
from components.core.records import Checkpoint, Evaluation, Snapshot
from components.core.seeds import derive_seed
from components.recipes.product_images.config import ProductImagesConfig


def _open_source(config: ProductImagesConfig, catalogue: Path | None, cache: Path, log: RunLog) -> Source:
    from components.recipes.product_images.examples import open_source

    return open_source(config, catalogue, cache, log)


def _make_examples(
    config: ProductImagesConfig, source: Source, previous: Snapshot | None, folder: Path, report: Path, log: RunLog
) -> Examples:
    from components.recipes.product_images.examples import make_examples

    return make_examples(config, source, previous, folder, report, log)


def _train(config: ProductImagesConfig, snapshot: Snapshot, folder: Path, log: RunLog) -> Sequence[Checkpoint]:
    from components.recipes.product_images.train.train import train

    return train(config, snapshot, folder, log)


def _evaluate(
    config: ProductImagesConfig,
    snapshot: Snapshot,
    split: str,
    checkpoints: Sequence[Checkpoint],
    workplace: Workplace,
    log: RunLog,
) -> Evaluation:
    from components.recipes.product_images.evaluate.evaluate import evaluate

    return evaluate(config, snapshot, split, checkpoints, workplace, log)


def _needs(config: ProductImagesConfig, catalogue: Path | None) -> Sequence[Need]:
    from components.recipes.product_images.needs import needs

    return needs(config, catalogue)


def _prove(config: ProductImagesConfig, checkpoint: Checkpoint) -> Proof:
    from components.recipes.product_images.generate.golden_picture import draw_proof

    prompt = next(iter(config.train.validation_prompts), config.about)
    return draw_proof(config, checkpoint, prompt, derive_seed(config.seed, "proof"))


RECIPE = Recipe(
    config=ProductImagesConfig,
    flavor="diffusers",
    open_source=_open_source,
    make_examples=_make_examples,
    train=_train,
    evaluate=_evaluate,
    needs=_needs,
    prove=_prove,
)
