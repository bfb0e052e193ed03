"""Metrics: how well pictures agree with their prompts (CLIP score, as a cosine)."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torchmetrics.multimodal.clip_score import CLIPScore

from components.core.records import Score
from components.metrics import METRICS
from components.metrics.intervals import deal, jackknife_interval


class GivenEmbeddings(nn.Module):
    """Stands where torchmetrics expects CLIP and its preprocessing: the embeddings were computed before, once."""

    def get_image_features(self, embeddings: Tensor) -> Tensor:
        return embeddings.flatten(1)


def clip_score(
    pictures: Tensor, texts: Tensor, extractor: str, clusters: Tensor, seed: int, floor: float | None = None
) -> Score:
    """Return the mean cosine of pictures and their prompts, in [-1, 1]. Others print 100 times that.

    Args:
        pictures: (N, width) embeddings of the pictures.
        texts: (N, width) embeddings of the prompts.
        extractor: `name@digest` of what computed the embeddings.
        clusters: (N,) which prompt each picture was drawn from.
        seed: decides the groups of the jackknife.
        floor: what real pictures score with their own captions.
    """
    groups = deal(clusters, seed)
    value = mean_cosine(pictures, texts)
    cosines = torch.cosine_similarity(pictures.double(), texts.double())
    without = torch.stack([cosines[groups != group].mean() for group in range(int(groups.max()) + 1)])
    low, high = jackknife_interval(value, without)
    return Score(
        value=value,
        n=len(pictures),
        low=max(low, -1.0),
        high=min(high, 1.0),
        extractor=extractor,
        floor=floor,
        honest=len(pictures) >= METRICS["clip_score"].smallest_honest_n(pictures.shape[1]),
    )


def mean_cosine(pictures: Tensor, texts: Tensor) -> float:
    """Return torchmetrics' CLIP score of embeddings (N, width) and (N, width), as a cosine.

    Its sums are read instead of its `compute`, which shows every mean cosine below 0 as 0.
    """
    metric = CLIPScore(lambda: (GivenEmbeddings(), _as_they_are))  # type: ignore[arg-type,return-value]
    metric.update(list(pictures.double()[..., None, None]), list(texts.double()[..., None, None]))
    return float(metric.score / metric.n_samples) / 100


def _as_they_are(images: Sequence[Tensor], **_: Any) -> Mapping[str, Tensor]:
    return {"pixel_values": torch.stack(list(images))}
