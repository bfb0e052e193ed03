"""Product images: score and compare the base model and every checkpoint, on as many pictures as the decision needs."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from components.core.metric_table import METRICS
from components.core.recipe import RunLog, Workplace
from components.core.records import Checkpoint, Evaluation, Snapshot
from components.evaluation.loop import run_evaluation
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.evaluate.setup import EvaluationSetup
from components.recipes.product_images.example import ProductImage
from components.recipes.product_images.prompt_plan import make_plan
from components.recipes.product_images.score.features import check_examples
from components.recipes.product_images.score.reference import open_extractors, prepare_extractors


def evaluate(
    config: ProductImagesConfig,
    snapshot: Snapshot[ProductImage],
    split: str,
    checkpoints: Sequence[Checkpoint],
    workplace: Workplace,
    log: RunLog,
) -> Evaluation:
    """Return the scorecards of the base model and of each checkpoint in their order, and how they compare in pairs.

    Pictures are generated in blocks until the comparisons decide, or the budget `evaluate.pictures` is spent. Pictures
    and the features of real pictures are cached: a second evaluation of the same weights generates nothing. Metrics are
    logged at each checkpoint's step, those of the base model at step 0.

    Raises:
        DataError: there are too few real pictures, pictures of several sizes, or an empty caption.
        CheckpointError: an adapter does not fit or has no effect, or all its pictures are blank.
        BaseModelError: weights are not on this machine.
        ConfigError: the extractor does not exist.
    """
    from components.recipes.product_images.evaluate.write_report import write_pictures_report  # it loads matplotlib

    began = perf_counter()
    log.progress("features of real pictures", 0, 1)
    setup = prepare_evaluation(config, snapshot, split, workplace.cache)
    log.progress("features of real pictures", 1, 1)
    seconds = {"extractors and real pictures": perf_counter() - began}
    result = run_evaluation(setup.loop_inputs(workplace, log), checkpoints, workplace, log)
    log.progress("write the report", 0, 1)
    write_pictures_report(setup, replace(result, seconds={**seconds, **result.seconds}), workplace)
    log.progress("write the report", 1, 1)
    return result.evaluation


def prepare_evaluation(
    config: ProductImagesConfig, snapshot: Snapshot[ProductImage], split: str, cache: Path
) -> EvaluationSetup:
    """Return what all subjects share: prompts and seeds, extractors, features of real pictures; kept in `cache`."""
    check_examples(snapshot, split)
    networks = open_extractors(config)
    smallest = max(METRICS[name].smallest_honest_n(networks[0].width) for name in config.promote.scores)
    plan = make_plan(config, snapshot.splits[split], max(smallest, config.promote.smallest_n))
    extractors = prepare_extractors(config, snapshot, split, plan, networks, cache / "features")
    return EvaluationSetup(config, snapshot, split, plan, extractors)
