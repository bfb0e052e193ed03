"""Product images: the functions with which the loop over subjects generates, measures and scores pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor

from components.core.recipe import RunLog, Workplace
from components.core.records import Checkpoint, Score, Snapshot
from components.core.seeds import derive_seed
from components.evaluation.comparisons import PairedDesign, Slices
from components.evaluation.loop import LoopInputs, Measured
from components.evaluation.subjects import SliceScores, Subject, Work
from components.recipes.product_images import TARGET_SCORES
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.evaluate.comparisons import compare_kid
from components.recipes.product_images.example import ProductImage
from components.recipes.product_images.generate.generated_pictures import (
    GeneratedPictures,
    PictureGenerator,
    require_effect,
)
from components.recipes.product_images.prompt_plan import PromptPlan, slices
from components.recipes.product_images.score.features import Extracted, extract
from components.recipes.product_images.score.lpips import NAME as LPIPS_DIVERSITY
from components.recipes.product_images.score.lpips import score_diversity
from components.recipes.product_images.score.scores import Extractors, score_slices, score_subject, value_pictures

# Besides the scores of the policy. Of these, KID and those with a value for each picture can be compared in pairs.
ALSO_COMPARED = ("kid", *TARGET_SCORES)


@dataclass(frozen=True)
class PictureOutputs:
    """The pictures of one subject, and their features."""

    generated: GeneratedPictures
    extracted: Extracted

    @property
    def pictures(self) -> Tensor:
        """Uint8 (N, 3, H, W)."""
        return self.generated.pictures


PictureSubject = Subject[PictureOutputs]


@dataclass(frozen=True)
class EvaluationSetup:
    """What all subjects of one evaluation share."""

    config: ProductImagesConfig
    snapshot: Snapshot[ProductImage]
    split: str
    plan: PromptPlan
    extractors: Extractors

    def loop_inputs(self, workplace: Workplace, log: RunLog) -> LoopInputs[GeneratedPictures, PictureOutputs]:
        """Return the inputs of the loop over subjects."""
        config, plan = self.config, self.plan
        of_sets = {"kid": compare_kid(self.extractors.real.extracted.features, plan)}
        return LoopInputs(
            policy=config.promote,
            seed=config.seed,
            snapshot=self.snapshot.digest,
            split=self.split,
            design=PairedDesign(plan.clusters[0], plan.looks, of_sets),
            generate=lambda count: PictureGenerator(config, plan.first(count), workplace.cache / "pictures", log),
            measure=self.measure,
            score=self.score,
            check=check_effect,
            also_compared=ALSO_COMPARED,
            slices=lambda count: slices(plan.first(count)),
            score_slices=self.score_slices,
        )

    def measure(self, generated: GeneratedPictures, before: PictureSubject | None) -> Measured[PictureOutputs]:
        """Extract features of the pictures since the previous look, and measure all pictures again."""
        extractors, known = self.extractors, len(before.outputs.extracted) if before else 0
        fresh = extract(generated.pictures[known:], extractors.extractor, extractors.image_text)
        extracted = before.outputs.extracted + fresh if before else fresh
        count = len(extracted)
        examples, texts = self.plan.examples[:count], extractors.texts[:count]
        values = value_pictures(extracted, examples, texts, extractors.real, extractors.classifiers)
        whole = (before.outputs.generated if before else GeneratedPictures(generated.pictures[:0], 0, 0.0)) + generated
        work = Work(whole.seconds, whole.fresh, count - whole.fresh)
        return Measured(PictureOutputs(whole, extracted), values, work)

    def score(self, subject: PictureSubject) -> Mapping[str, Score]:
        """Return every score of one subject."""
        extractors, seed = self.extractors, derive_seed(self.config.seed, "scores")
        plan = self.plan.first(len(subject.outputs.extracted))
        scores = score_subject(subject.outputs.extracted, subject.values, plan, extractors, seed)
        if extractors.lpips:
            pictures, floor = subject.outputs.pictures, extractors.floors[LPIPS_DIVERSITY]
            scores[LPIPS_DIVERSITY] = score_diversity(pictures, plan.clusters[0], extractors.lpips, floor, seed)
        return scores

    def score_slices(self, subject: PictureSubject, parts: Slices) -> SliceScores:
        """Return the scores of each slice of a subject's pictures."""
        seed = derive_seed(self.config.seed, "slices")
        return score_slices(subject.values, parts, self.plan.clusters[0], self.extractors, seed)


def check_effect(checkpoints: Sequence[Checkpoint | None], generated: Sequence[GeneratedPictures]) -> None:
    """Raise CheckpointError where an adapter generates exactly what the base model generates."""
    for checkpoint, found in zip(checkpoints, generated, strict=True):
        if checkpoint:
            require_effect(generated[0].pictures, found.pictures, checkpoint)
