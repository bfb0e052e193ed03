"""Product images: sequential sampling. Pictures are drawn until they decide who leads, or the budget is spent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import repeat

from torch import Tensor

from components.core.recipe import RunLog, Workplace
from components.core.records import BASE, Checkpoint, Comparison, Snapshot
from components.core.seeds import derive_seed
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.evaluate.comparisons import compare_all, is_decided
from components.recipes.product_images.generate.generated_pictures import Drawing, Drawn, refuse_no_effect
from components.recipes.product_images.prompt_plan import Plan
from components.recipes.product_images.score.features import Seen, look_at
from components.recipes.product_images.score.scores import Judges, value_pictures


@dataclass(frozen=True)
class Trial:
    """What every subject of one evaluation is measured with."""

    config: ProductImagesConfig
    snapshot: Snapshot
    split: str
    plan: Plan
    judges: Judges


@dataclass(frozen=True)
class Subject:
    """The bare base (no checkpoint) or one checkpoint: its pictures, and what is known of each of them."""

    checkpoint: Checkpoint | None
    drawn: Drawn
    seen: Seen
    values: Mapping[str, Tensor]  # (N,) by score, NaN where the score says nothing about a picture

    @property
    def digest(self) -> str:
        return self.checkpoint.digest if self.checkpoint else BASE

    @property
    def step(self) -> int:
        return self.checkpoint.step if self.checkpoint else 0

    @property
    def name(self) -> str:
        return f"step-{self.step}" if self.checkpoint else BASE


ALSO_COMPARED = ("kid", "clip_score", "attribute_agreement")  # besides what the policy names


def draw_until_decided(
    trial: Trial, checkpoints: Sequence[Checkpoint], workplace: Workplace, log: RunLog
) -> tuple[list[Subject], list[Comparison], Plan]:
    """Return the subjects, the base first, how they compare in pairs, and the plan as far as it was followed.

    All subjects have the same number of pictures: scores of several numbers could not be compared.

    Raises:
        CheckpointError: an adapter does not fit, draws what the base draws, or draws nothing at all.
    """
    subjects: list[Subject] = []
    for look in trial.plan.looks:
        plan = trial.plan.first(look)
        drawing = Drawing(trial.config, plan, workplace.cache / "pictures", log)
        drawn = list(workplace.spread(drawing, [None, *checkpoints]))
        for checkpoint, found in zip(checkpoints, drawn[1:], strict=True):
            refuse_no_effect(drawn[0].pictures, found.pictures, checkpoint)
        subjects = _seen(replace(trial, plan=plan), [None, *checkpoints], drawn, subjects)
        comparisons = _compared(replace(trial, plan=plan), subjects)
        if is_decided(comparisons, [subject.digest for subject in subjects], trial.config.promote.primary):
            break
    return subjects, comparisons, plan


def compared_scores(trial: Trial, subjects: Sequence[Subject]) -> list[str]:
    """Return the scores that are compared in pairs: those of the policy, and some that people ask for."""
    wanted = dict.fromkeys((*trial.config.promote.scores, *trial.config.promote.slices, *ALSO_COMPARED))
    return [name for name in wanted if name == "kid" or name in subjects[0].values]


def _seen(
    trial: Trial, checkpoints: Sequence[Checkpoint | None], drawn: Sequence[Drawn], before: Sequence[Subject]
) -> list[Subject]:
    """Look at what was drawn since the last look, and value all pictures anew: some scores depend on the batch."""
    return list(map(partial(_subject, trial), checkpoints, drawn, before or repeat(None)))


def _subject(trial: Trial, checkpoint: Checkpoint | None, drawn: Drawn, before: Subject | None) -> Subject:
    judges = trial.judges
    known = len(before.seen) if before else 0
    fresh = look_at(drawn.pictures[known:], judges.extractor, judges.image_text)
    seen = before.seen + fresh if before else fresh
    count = len(seen)
    values = value_pictures(seen, trial.plan.examples, judges.texts[:count], judges.real, judges.heads)
    spent = before.drawn if before else Drawn(drawn.pictures[:0], 0, 0.0)
    return Subject(checkpoint, spent + drawn, seen, values)


def _compared(trial: Trial, subjects: Sequence[Subject]) -> list[Comparison]:
    seed = derive_seed(trial.config.seed, "comparisons", len(trial.plan.seeds))
    scores = compared_scores(trial, subjects)
    return compare_all({s.digest: s for s in subjects}, trial.judges.real.seen.features, trial.plan, scores, seed)
