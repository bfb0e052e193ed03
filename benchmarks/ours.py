"""Benchmarks: the project's way to score checkpoints, with the functions that `evaluate` calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.phases import Clock
from benchmarks.setting import SPLIT, Setting
from components.core.recipe import Workplace
from components.core.records import BASE, Checkpoint, Score, Scorecard
from components.evaluation.comparisons import compare_all
from components.evaluation.loop import compared_scores
from components.evaluation.subjects import name_in_scorecards
from components.metrics.frechet import frechet_distance
from components.metrics.kernel import kernel_distance
from components.recipes.product_images.evaluate.setup import EvaluationSetup, PictureOutputs, PictureSubject
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.generate.generated_pictures import PictureGenerator
from components.recipes.product_images.prompt_plan import PromptPlan
from components.recipes.product_images.score.extractors import open_image_text
from components.recipes.product_images.score.features import extract, extract_split
from components.recipes.product_images.score.reference import prepare_extractors
from components.recipes.product_images.score.scores import score_subject, value_pictures


class SilentLog:
    """A RunLog that discards everything."""

    def metrics(self, values: Mapping[str, float], step: int) -> None: ...

    def progress(self, what: str, done: int, total: int) -> None: ...


@dataclass(frozen=True)
class Scored:
    """The outputs of each checkpoint, with FID and KID."""

    subjects: list[PictureSubject]
    scores: list[tuple[float, float]]


@dataclass(frozen=True)
class Caches:
    features: Path  # features of real pictures: empty, or filled by an earlier run
    pictures: Path  # generated pictures: empty


def score_as_evaluate(setting: Setting, plan: PromptPlan, caches: Caches, clock: Clock) -> Scored:
    """Score all checkpoints as the naive way does: without intervals, floors and comparisons."""
    with clock.phase("load"):
        open_base(setting.config)
        image_text = open_image_text(setting.config.evaluate.image_text)
    with clock.phase("draw"):
        generated = list(map(PictureGenerator(setting.config, plan, caches.pictures, SilentLog()), setting.checkpoints))
    with clock.phase("features"):
        extracted = [extract(found.pictures, setting.extractor, image_text) for found in generated]
    with clock.phase("reference"):
        real = extract_split(setting.snapshot, SPLIT, setting.extractor, image_text, caches.features).features
    with clock.phase("FID"):
        scores = [(frechet_distance(s.features, real), kernel_distance(s.features, real)) for s in extracted]
    outputs = [PictureOutputs(*found) for found in zip(generated, extracted, strict=True)]
    return Scored(list(map(_subject, setting.checkpoints, outputs)), scores)


def finish_evaluation(
    setting: Setting, plan: PromptPlan, caches: Caches, scored: Scored, clock: Clock
) -> Sequence[Mapping[str, Score]]:
    """Do the rest of `evaluate`, which the naive way does not do, and return the scores of the checkpoints."""
    config, image_text = setting.config, open_image_text(setting.config.evaluate.image_text)
    with clock.phase("training pictures, heads, floors"):
        both = setting.extractor, image_text
        extractors = prepare_extractors(config, setting.snapshot, SPLIT, plan, both, caches.features)
    with clock.phase("base model: pictures and features"):
        generated = PictureGenerator(config, plan, caches.pictures, SilentLog())(None)
        base = _subject(None, PictureOutputs(generated, extract(generated.pictures, setting.extractor, image_text)))
    with clock.phase("all scores with intervals"):
        subjects = [
            replace(
                s,
                values=value_pictures(
                    s.outputs.extracted, plan.examples, extractors.texts, extractors.real, extractors.classifiers
                ),
            )
            for s in [base, *scored.subjects]
        ]
        scores = [score_subject(s.outputs.extracted, s.values, plan, extractors, config.seed) for s in subjects]
    with clock.phase("comparisons in pairs"):
        setup = EvaluationSetup(config, setting.snapshot, SPLIT, plan, extractors)
        inputs = setup.loop_inputs(Workplace(caches.features, caches.features), SilentLog())
        compare_all(subjects, compared_scores(inputs, subjects), inputs.design, config.seed)
    return scores[1:]


def _subject(checkpoint: Checkpoint | None, outputs: PictureOutputs) -> PictureSubject:
    card = Scorecard(name_in_scorecards(checkpoint), "", SPLIT, {})
    step, digest = (checkpoint.step, checkpoint.digest) if checkpoint else (0, BASE)
    return PictureSubject(step, digest, "checkpoint" if checkpoint else "base", card, outputs)
