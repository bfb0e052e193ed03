"""Product descriptions: the functions with which the loop over subjects generates, measures and scores texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch

from components.core.recipe import RunLog, Workplace
from components.core.records import Checkpoint, Comparison, Score
from components.core.seeds import derive_seed
from components.evaluation.comparisons import PairedDesign, Slices
from components.evaluation.loop import LoopInputs, Measured
from components.evaluation.subjects import SliceScores, Subject, Work
from components.metrics.classified import Array, resampled_weights
from components.metrics.comparison import Pair, compare_sets
from components.metrics.means import mean_score
from components.metrics.resampled import resampled_difference
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.evaluate.generated_texts import (
    GeneratedTexts,
    TextGenerator,
    check_effect,
)
from components.recipes.product_descriptions.evaluate.reference import RealTexts
from components.recipes.product_descriptions.evaluate.text_plan import TextPlan, slices
from components.recipes.product_descriptions.example import Descriptions
from components.recipes.product_descriptions.score.text_scores import (
    OF_SETS,
    SLICED,
    TextSet,
    loss_values,
    score_texts,
    value_texts,
)
from components.recipes.product_descriptions.scores import SCORES

NOT_COMPARED = ("length", "reading_level")  # neither high nor low is better

TextSubject = Subject[GeneratedTexts]


@dataclass(frozen=True)
class EvaluationSetup:
    """What all subjects of one evaluation share."""

    config: ProductDescriptionsConfig
    snapshot: Descriptions
    split: str
    plan: TextPlan
    real: RealTexts

    def loop_inputs(self, workplace: Workplace, log: RunLog) -> LoopInputs[GeneratedTexts, GeneratedTexts]:
        """Return the inputs of the loop over subjects."""
        config, plan = self.config, self.plan
        of_sets = dict.fromkeys(OF_SETS, self.compare)
        return LoopInputs(
            policy=config.promote,
            seed=config.seed,
            snapshot=self.snapshot.digest,
            split=self.split,
            design=PairedDesign(plan.clusters, plan.looks, of_sets, SCORES),
            generate=lambda count: TextGenerator(config, plan.first(count), workplace.cache / "texts", log),
            measure=self.measure,
            score=self.score,
            check=check_effect,
            also_compared=[name for name in SCORES if name not in NOT_COMPARED],
            slices=lambda count: slices(plan.first(count)),
            score_slices=self.score_slices,
        )

    def measure(self, generated: GeneratedTexts, before: TextSubject | None) -> Measured[GeneratedTexts]:
        """Measure all texts again: how much they copy from each other depends on the whole set."""
        whole = (before.outputs if before else generated.none()) + generated
        plan = self.plan.first(len(whole.texts))
        values = value_texts(whole.texts, plan.attributes, plan.real, self.real.standard)
        work = Work(whole.seconds, whole.fresh, len(whole.texts) - whole.fresh)
        return Measured(whole, {**loss_values(whole.losses), **values}, work)

    def score(self, subject: TextSubject) -> Mapping[str, Score]:
        """Return every score of one subject."""
        outputs, seed = subject.outputs, derive_seed(self.config.seed, "scores")
        found = self.text_set(outputs)
        return score_texts(found, subject.values, self.clusters[: len(outputs.texts)], self.real.floors, seed)

    def compare(self, pair: Pair, ours: TextSubject, theirs: TextSubject, seed: int) -> Comparison:
        """Compare two subjects on a score of whole sets, on the same resamples of the products."""
        mine, others = (self.text_set(subject.outputs).computes[pair.metric] for subject in (ours, theirs))
        count = len(ours.outputs.texts)
        difference, low, _ = resampled_difference(mine, others, self._weights(count, seed))
        return compare_sets(pair, difference, difference - low, count, SCORES)

    def text_set(self, outputs: GeneratedTexts) -> TextSet:
        return TextSet(outputs.texts, self.plan.real[: len(outputs.texts)], outputs.losses)

    def score_slices(self, subject: TextSubject, parts: Slices) -> SliceScores:
        """Return the scores of each slice of a subject's texts."""
        seed, values = derive_seed(self.config.seed, "slices"), subject.values
        return {
            name: {
                value: {
                    score: mean_score(score, values[score][at], "", self.clusters[at], seed, metrics=SCORES)
                    for score in SLICED
                }
                for value, at in by_value.items()
            }
            for name, by_value in parts.items()
        }

    @cached_property
    def clusters(self) -> torch.Tensor:
        return self.plan.clusters

    def _weights(self, count: int, seed: int) -> Array:
        members = torch.unique(self.plan.clusters[:count], return_inverse=True)[1]
        return resampled_weights(members.numpy(), seed)


def checkpoint_of(subject: TextSubject, checkpoints: Sequence[Checkpoint]) -> Checkpoint | None:
    """Return the checkpoint of a subject; None for the base model."""
    return next((checkpoint for checkpoint in checkpoints if checkpoint.digest == subject.digest), None)
