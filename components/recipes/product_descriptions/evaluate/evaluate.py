"""Product descriptions: score and compare the base model and every checkpoint, on as many texts as are needed."""

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from components.core.errors import DataError
from components.core.recipe import RunLog, Workplace
from components.core.records import Checkpoint, Evaluation
from components.evaluation.loop import run_evaluation
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.evaluate.generated_texts import TextGenerator
from components.recipes.product_descriptions.evaluate.reference import prepare_reference
from components.recipes.product_descriptions.evaluate.setup import EvaluationSetup
from components.recipes.product_descriptions.evaluate.text_plan import make_plan
from components.recipes.product_descriptions.example import Descriptions
from components.recipes.product_descriptions.scores import SCORES


def evaluate(
    config: ProductDescriptionsConfig,
    snapshot: Descriptions,
    split: str,
    checkpoints: Sequence[Checkpoint],
    workplace: Workplace,
    log: RunLog,
) -> Evaluation:
    """Return the scorecards of the base model and of each checkpoint in their order, and how they compare in pairs.

    Texts are generated in blocks until the comparisons decide, or the budget `evaluate.texts` is spent. Texts and
    losses are cached: a second evaluation of the same weights generates nothing.

    Raises:
        DataError: the split or the training split is empty.
        CheckpointError: an adapter does not fit or has no effect, or all its texts are empty.
        BaseModelError: weights are not on this machine.
    """
    from components.recipes.product_descriptions.evaluate.write_report import write_texts_report  # it loads matplotlib

    began = perf_counter()
    log.progress("real descriptions", 0, 1)
    setup = prepare_evaluation(config, snapshot, split)
    log.progress("real descriptions", 1, 1)
    seconds = {"checker and real texts": perf_counter() - began}
    result = run_evaluation(setup.loop_inputs(workplace, log), checkpoints, workplace, log)
    log.progress("write the report", 0, 1)
    generator = TextGenerator(config, setup.plan, workplace.cache / "texts", log)
    result = replace(result, seconds={**seconds, **result.seconds})
    write_texts_report(setup, result, checkpoints, workplace, generator)
    log.progress("write the report", 1, 1)
    return result.evaluation


def prepare_evaluation(config: ProductDescriptionsConfig, snapshot: Descriptions, split: str) -> EvaluationSetup:
    """Return what all subjects share: products and seeds, the checker, real texts and their scores."""
    if not snapshot.splits[split]:
        found = f"The {split} split of snapshot {snapshot.digest} is empty"
        raise DataError(found, expected="descriptions to score by", act="lower data.split.train and ingest again")
    smallest = max(SCORES[name].smallest_n for name in config.promote.scores)
    plan = make_plan(config, snapshot.splits[split], max(smallest, config.promote.smallest_n))
    return EvaluationSetup(config, snapshot, split, plan, prepare_reference(config, snapshot, split, plan))
