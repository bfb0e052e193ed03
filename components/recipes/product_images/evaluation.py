"""Product images: the scores of the bare base and of every checkpoint, on one split of one snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from components.core.errors import ConfigError
from components.core.recipe import RunLog
from components.core.records import BASE, Checkpoint, Score, Scorecard, Snapshot
from components.core.seeds import derive_seed
from components.metrics.agreement import clip_score
from components.metrics.frechet import fid
from components.metrics.kernel import kid
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.extractors import (
    Extractor,
    ImageText,
    in_batches,
    label,
    open_extractor,
    open_image_text,
)
from components.recipes.product_images.real_pictures import Real, captions_of, measure_real
from components.recipes.product_images.score_report import Scored, write_report
from components.recipes.product_images.subjects import Plan, draw_subjects, make_plan


@dataclass(frozen=True)
class Judges:
    """Who looks at the pictures, and what real pictures and the prompts look like to them."""

    extractor: Extractor
    image_text: ImageText
    real: Real
    texts: Tensor  # (N, E) embeddings of the plan's prompts


def evaluate(
    config: ProductImagesConfig,
    snapshot: Snapshot,
    checkpoints: Sequence[Checkpoint],
    cache: Path,
    report: Path,
    log: RunLog,
) -> list[Scorecard]:
    """Return the scorecard of the bare base, then one of each checkpoint in their order.

    Pictures and features of real pictures are kept in `cache`: a second evaluation of the same weights draws nothing.
    `report` gets grid.png, scores.png, scores.md and scorecards.json. Metrics are logged at each checkpoint's step, the
    base's at step 0.

    Raises:
        ConfigError: fewer than two pictures are asked for.
        DataError: too few real pictures, pictures of several sizes, or an empty caption.
        CheckpointError: an adapter does not fit, or draws what the base draws.
        BaseModelError: weights are not at hand, or pictures came out broken.
    """
    if config.evaluate.pictures < 2:
        raise ConfigError("evaluate.pictures is 1, expected at least 2: one picture has no distribution to compare.")
    plan = make_plan(config, captions_of(snapshot, config.evaluate.split))
    judges = _open_judges(config, snapshot, plan, cache / "features")
    scored: list[Scored] = []
    for checkpoint, pictures in draw_subjects(config, plan, checkpoints, cache / "pictures", log):
        step = checkpoint.step if checkpoint else 0
        scores = _score(pictures, plan, judges, derive_seed(config.seed, "intervals"))
        log.metrics({name: score.value for name, score in scores.items()}, step)
        card = Scorecard(f"step-{step}" if checkpoint else BASE, snapshot.digest, config.evaluate.split, scores)
        scored.append(Scored(card, step, pictures[list(plan.shown)]))
    write_report(scored, [plan.prompts[i] for i in plan.shown], judges.real, report)
    return [subject.card for subject in scored]


def _open_judges(config: ProductImagesConfig, snapshot: Snapshot, plan: Plan, cache: Path) -> Judges:
    extractor, image_text = open_extractor(config.evaluate.extractor), open_image_text(config.evaluate.image_text)
    real = measure_real(config, snapshot, extractor, image_text, cache)
    texts = image_text.text_embeddings(list(dict.fromkeys(plan.prompts)))
    return Judges(extractor, image_text, real, texts[plan.clusters[0]])  # they number the prompts in this order


@torch.inference_mode()
def _score(pictures: Tensor, plan: Plan, judges: Judges, seed: int) -> dict[str, Score]:
    features = in_batches(judges.extractor, pictures)
    embeddings = in_batches(judges.image_text.image_embeddings, pictures)
    against = (judges.real.features, judges.real.others, label(judges.extractor), plan.clusters, seed)
    return {
        "fid": fid(features, *against),
        "kid": kid(features, *against),
        "clip_score": clip_score(
            embeddings, judges.texts, label(judges.image_text), plan.clusters[0], seed, judges.real.clip_score
        ),
    }
