"""Product images: what the loop over subjects needs to know of pictures: how to generate, measure and score them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor

from components.core.recipe import RunLog, Workplace
from components.core.records import Checkpoint, Score, Snapshot
from components.core.seeds import derive_seed
from components.evaluation.comparisons import PairedDesign, Slices
from components.evaluation.loop import LoopInputs, Measured
from components.evaluation.subjects import SliceScores, Subject, Work
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.evaluate.comparisons import compare_kid
from components.recipes.product_images.generate.generated_pictures import Drawing, Drawn, refuse_no_effect
from components.recipes.product_images.prompt_plan import Plan, slices
from components.recipes.product_images.score.features import Seen, look_at
from components.recipes.product_images.score.lpips import NAME as VARIETY
from components.recipes.product_images.score.lpips import score_variety
from components.recipes.product_images.score.scores import Judges, score_slices, score_subject, value_pictures

ALSO_COMPARED = ("kid", "clip_score", "attribute_agreement")  # besides what the policy names


@dataclass(frozen=True)
class PictureOutputs:
    """The pictures of one subject, and their features."""

    drawn: Drawn
    seen: Seen

    @property
    def pictures(self) -> Tensor:
        """Uint8 (N, 3, H, W)."""
        return self.drawn.pictures


PictureSubject = Subject[PictureOutputs]


@dataclass(frozen=True)
class EvaluationSetup:
    """What every subject of one evaluation is measured with."""

    config: ProductImagesConfig
    snapshot: Snapshot
    split: str
    plan: Plan
    judges: Judges

    def loop_inputs(self, workplace: Workplace, log: RunLog) -> LoopInputs[Drawn, PictureOutputs]:
        """Return what the loop over subjects runs on."""
        config, plan = self.config, self.plan
        of_sets = {"kid": compare_kid(self.judges.real.seen.features, plan)}
        return LoopInputs(
            policy=config.promote,
            seed=config.seed,
            snapshot=self.snapshot.digest,
            split=self.split,
            design=PairedDesign(plan.clusters[0], plan.looks, of_sets),
            generate=lambda count: Drawing(config, plan.first(count), workplace.cache / "pictures", log),
            measure=self.measure,
            score=self.score,
            check=check_effect,
            also_compared=ALSO_COMPARED,
            slices=lambda count: slices(plan.first(count)),
            score_slices=self.score_slices,
        )

    def measure(self, drawn: Drawn, before: PictureSubject | None) -> Measured[PictureOutputs]:
        """Extract features of the pictures since the look before, and measure all pictures anew."""
        judges, known = self.judges, len(before.outputs.seen) if before else 0
        fresh = look_at(drawn.pictures[known:], judges.extractor, judges.image_text)
        seen = before.outputs.seen + fresh if before else fresh
        count = len(seen)
        examples, texts = self.plan.examples[:count], judges.texts[:count]
        values = value_pictures(seen, examples, texts, judges.real, judges.heads)
        whole = (before.outputs.drawn if before else Drawn(drawn.pictures[:0], 0, 0.0)) + drawn
        work = Work(whole.seconds, whole.fresh, count - whole.fresh)
        return Measured(PictureOutputs(whole, seen), values, work)

    def score(self, subject: PictureSubject) -> Mapping[str, Score]:
        """Return every score of one subject."""
        judges, seed = self.judges, derive_seed(self.config.seed, "scores")
        plan = self.plan.first(len(subject.outputs.seen))
        scores = score_subject(subject.outputs.seen, subject.values, plan, judges, seed)
        if judges.lpips:
            pictures, floor = subject.outputs.pictures, judges.floors[VARIETY]
            scores[VARIETY] = score_variety(pictures, plan.clusters[0], judges.lpips, floor, seed)
        return scores

    def score_slices(self, subject: PictureSubject, parts: Slices) -> SliceScores:
        """Return the scores of each slice of a subject's pictures."""
        seed = derive_seed(self.config.seed, "slices")
        return score_slices(subject.values, parts, self.plan.clusters[0], self.judges, seed)


def check_effect(checkpoints: Sequence[Checkpoint | None], drawn: Sequence[Drawn]) -> None:
    """Raise CheckpointError where an adapter generates exactly what the base model generates."""
    for checkpoint, found in zip(checkpoints, drawn, strict=True):
        if checkpoint:
            refuse_no_effect(drawn[0].pictures, found.pictures, checkpoint)
