"""Product images: the bare base and every checkpoint scored and compared, on as many pictures as it takes."""

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from components.core.metric_table import METRICS
from components.core.recipe import RunLog, Workplace
from components.core.records import Checkpoint, Evaluation, Scorecard, Snapshot
from components.core.seeds import derive_seed
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.evaluate.comparisons import compare_slices
from components.recipes.product_images.evaluate.sequential import Subject, Trial, compared_scores, draw_until_decided
from components.recipes.product_images.prompt_plan import make_plan
from components.recipes.product_images.score.features import check_examples
from components.recipes.product_images.score.lpips import NAME as VARIETY
from components.recipes.product_images.score.lpips import score_variety
from components.recipes.product_images.score.reference import open_both, prepare_judges
from components.recipes.product_images.score.scores import score_subject


def evaluate(
    config: ProductImagesConfig,
    snapshot: Snapshot,
    split: str,
    checkpoints: Sequence[Checkpoint],
    workplace: Workplace,
    log: RunLog,
) -> Evaluation:
    """Return the scorecard of the bare base and of each checkpoint in their order, and how they compare in pairs.

    Pictures are drawn in blocks until the leader is told from all others, or the budget `evaluate.pictures` is spent.
    Pictures, and what judges saw in real ones, are kept in the cache: a second evaluation of the same weights draws
    nothing. Metrics are logged at each checkpoint's step, the base's at step 0.

    Raises:
        DataError: too few real pictures, pictures of several sizes, or an empty caption.
        CheckpointError: an adapter does not fit, draws what the base draws, or draws nothing at all.
        BaseModelError: weights are not at hand.
        ConfigError: no such judge.
    """
    from components.recipes.product_images.evaluate.write_report import leave_report  # it loads matplotlib

    began = perf_counter()
    trial = _prepare(config, snapshot, split, workplace)
    seconds = {"judges and real pictures": perf_counter() - began}
    began = perf_counter()
    subjects, comparisons, plan = draw_until_decided(trial, checkpoints, workplace, log)
    seconds["drawing and comparing"] = perf_counter() - began
    began = perf_counter()
    trial = replace(trial, plan=plan)
    cards = [_scored(trial, subject, log) for subject in subjects]
    by_digest = {subject.digest: subject for subject in subjects}
    scores, seed = compared_scores(trial, subjects), derive_seed(config.seed, "slices")
    comparisons += compare_slices(by_digest, workplace.production, plan, scores, seed)
    evaluation = Evaluation(cards, comparisons)
    seconds["scoring"] = perf_counter() - began
    leave_report(trial, subjects, evaluation, seconds, workplace)
    return evaluation


def _prepare(config: ProductImagesConfig, snapshot: Snapshot, split: str, workplace: Workplace) -> Trial:
    check_examples(snapshot, split)
    both = open_both(config)
    smallest = max(METRICS[name].smallest_honest_n(both[0].width) for name in config.promote.scores)
    plan = make_plan(config, snapshot.splits[split], max(smallest, config.promote.smallest_n))
    judges = prepare_judges(config, snapshot, split, plan, both, workplace.cache / "features")
    return Trial(config, snapshot, split, plan, judges)


def _scored(trial: Trial, subject: Subject, log: RunLog) -> Scorecard:
    seed = derive_seed(trial.config.seed, "scores")
    scores = score_subject(subject.seen, subject.values, trial.plan, trial.judges, seed)
    if trial.judges.lpips:
        pictures, floor = subject.drawn.pictures, trial.judges.floors[VARIETY]
        scores[VARIETY] = score_variety(pictures, trial.plan.clusters[0], trial.judges.lpips, floor, seed)
    log.metrics({name: score.value for name, score in scores.items()}, subject.step)
    return Scorecard(subject.name, trial.snapshot.digest, trial.split, scores)
