"""Product descriptions: what generated texts are measured against: real texts, the checker, and the floors."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from components.core.errors import DataError
from components.core.seeds import derive_seed
from components.metrics.copied_text import TrainingTexts
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.evaluate.text_plan import TextPlan, stated_attributes
from components.recipes.product_descriptions.example import Descriptions, ProductDescription
from components.recipes.product_descriptions.score.checker import (
    AttributeErrors,
    checker_errors,
    fit_checker,
    only_usable,
)
from components.recipes.product_descriptions.score.known_words import known_words
from components.recipes.product_descriptions.score.lexicon import values_of
from components.recipes.product_descriptions.score.text_scores import Standard, TextSet, value_texts

TRAIN = "train"


@dataclass(frozen=True)
class RealTexts:
    """The standard, the scores of real texts, and the errors of the checker on the split's real texts by attribute.

    `errors` has all attributes of the prompt; those that are not usable on training texts are not judged.
    """

    standard: Standard
    floors: Mapping[str, float]
    errors: Mapping[str, AttributeErrors]
    judged: Sequence[str]


def prepare_reference(
    config: ProductDescriptionsConfig, snapshot: Descriptions, split: str, plan: TextPlan
) -> RealTexts:
    """Return what all subjects are measured against.

    Raises:
        DataError: there are no training texts, or the prompt names no attribute that texts state by words.
    """
    training, held_out = snapshot.splits[TRAIN], snapshot.splits[split]
    attributes = stated_attributes(config.data.prompt, training)
    if not training or not attributes:
        found = "no training descriptions" if not training else "no attribute of the prompt in its descriptions"
        raise DataError(f"Snapshot {snapshot.digest} has {found}", expected="some to measure texts by")
    values = values_of([example["attributes"] for example in training], attributes)
    every = fit_checker(training, attributes, config.seed)
    checker = only_usable(every, checker_errors(every, training, values, config.seed))
    standard = Standard(
        checker=checker,
        training=TrainingTexts([example["text"] for example in training]),
        known=known_words([example["text"] for example in training]),
        held_out=[example["text"] for example in held_out],
        words=config.data.words,
        banned=config.evaluate.banned,
    )
    errors = checker_errors(every, held_out, values, config.seed)
    floors = _floors(plan, _like(plan, snapshot, split, config.seed), standard)
    return RealTexts(standard, floors, errors, list(checker.lexicon.phrases))


def _floors(plan: TextPlan, others: Sequence[str], standard: Standard) -> dict[str, float]:
    """Return the scores of the plan's real texts; BLEU and ROUGE are those of real texts of like products."""
    values = value_texts(plan.real, plan.attributes, others, standard)
    means = {name: float(of_texts.nanmean()) for name, of_texts in values.items()}
    once = np.ones((1, len(plan.real)))
    sets = {name: float(compute(once)[0]) for name, compute in TextSet(plan.real, others).computes.items()}
    return {**means, **sets}


def _like(plan: TextPlan, snapshot: Descriptions, split: str, seed: int) -> list[str]:
    """Return for each product of the plan a real text of another group, of the same article if there is one."""
    by_article: dict[str, list[ProductDescription]] = defaultdict(list)
    every = [*snapshot.splits[split], *snapshot.splits[TRAIN]]
    for example in every:
        by_article[example["attributes"].get("articleType", "")].append(example)
    return [
        _other(example, by_article, every, derive_seed(seed, "like", at)) for at, example in enumerate(plan.examples)
    ]


def _other(
    example: ProductDescription,
    by_article: Mapping[str, Sequence[ProductDescription]],
    every: Sequence[ProductDescription],
    seed: int,
) -> str:
    alike = by_article[example["attributes"].get("articleType", "")]
    for choice in (alike, every):
        others = [other["text"] for other in choice if other["group"] != example["group"]]
        if others:
            return others[seed % len(others)]
    return ""
