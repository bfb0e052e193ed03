"""Product images: pictures of a version in production, generated again, and how their scores compare with before."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor

from components.core.monitored import Regenerated
from components.core.recipe import RunLog
from components.core.records import Checkpoint, Comparison, Snapshot
from components.core.seeds import derive_seed
from components.metrics.comparison import Pair, compare_kernel_distances, compare_means
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.evaluate.evaluate import prepare_evaluation
from components.recipes.product_images.evaluate.setup import EvaluationSetup
from components.recipes.product_images.example import ProductImage
from components.recipes.product_images.generate.generated_pictures import PictureGenerator
from components.recipes.product_images.generate.predict import require_same_base

SPLIT = "validation"  # whose captions are the prompts: those of the evaluation that the version was promoted by
SCORES = ("clip_score", "attribute_agreement", "article_agreement", "white_background", "centred")
KID, FEATURES = "kid", "features"
NOW, BEFORE = "now", "at promotion"


def regenerate(
    config: ProductImagesConfig,
    checkpoint: Checkpoint,
    snapshot: Snapshot[ProductImage],
    before: Mapping[str, Any] | None,
    cache: Path,
    log: RunLog,
) -> Regenerated:
    """Return features and scores of the first pictures of the evaluation's plan, compared in pairs with `before`.

    Raises:
        CheckpointError: at the first call, the base model is another one than at the training; all pictures are blank.
    """
    setup = prepare_evaluation(config, snapshot, SPLIT, cache)
    plan = setup.plan.first(config.monitor.outputs)
    if before is None:
        require_same_base(config, checkpoint)
    with TemporaryDirectory() as empty:  # nothing is reused, so that a changed library or base model shows
        pictures = cache / "pictures" if before is None else Path(empty)
        generated = PictureGenerator(config, plan, pictures, log)(checkpoint)
    measured = setup.measure(generated, None)
    values = {name: measured.values[name].tolist() for name in SCORES if name in measured.values}
    sample = {FEATURES: measured.outputs.extracted.features.tolist(), "values": values}
    return Regenerated(sample, _compared(setup, sample, before) if before else ())


def _compared(setup: EvaluationSetup, now: Mapping[str, Any], before: Mapping[str, Any]) -> Sequence[Comparison]:
    """Compare the pictures that both samples have, which may be of different numbers."""
    count = min(len(now[FEATURES]), len(before[FEATURES]))
    clusters, seed = setup.plan.first(count).clusters, derive_seed(setup.config.seed, "monitor")
    features = [_tensor(sample[FEATURES], count) for sample in (now, before)]
    real = setup.extractors.real.extracted.features
    found = [compare_kernel_distances(Pair(KID, NOW, BEFORE), features[0], features[1], real, clusters, seed)]
    for name in now["values"].keys() & before["values"].keys():
        mine, theirs = (_tensor(sample["values"][name], count) for sample in (now, before))
        found.append(compare_means(Pair(name, NOW, BEFORE), mine, theirs, clusters[0], derive_seed(seed, name)))
    return sorted(found, key=lambda comparison: (KID, *SCORES).index(comparison.metric))


def _tensor(values: Sequence[Any], count: int) -> Tensor:
    return torch.tensor(values[:count], dtype=torch.float64)
