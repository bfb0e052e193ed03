"""Metrics: whether generated examples help a classifier: real ones alone against real and generated ones together."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from components.metrics.attributes import STRENGTH
from components.metrics.comparison import Pair, compare_means

ACCURACY = "accuracy"
SEED_RANGE = 2**32


@dataclass(frozen=True, slots=True)
class Labelled:
    """Features (N, width) of examples, and the value of the attribute that each shows."""

    features: Tensor
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Accuracies in [0, 1] on held-out real examples, and their difference with its 95 % interval [low, high].

    `difference` is that of real and generated ones together minus that of real ones alone.
    """

    attribute: str
    real_examples: int
    generated_examples: int
    held_out: int
    real: float
    together: float
    difference: float
    low: float
    high: float

    @property
    def helps(self) -> bool | None:
        """Whether the generated examples help; None if the interval contains 0."""
        return None if self.low <= 0 <= self.high else self.low > 0


def augmentation(
    attribute: str, real: Labelled, generated: Labelled, held_out: Labelled, clusters: Tensor, seed: int
) -> Augmentation | None:
    """Train one classifier on real examples, one on real and generated ones, and compare them on held-out real ones.

    The scaling of features is that of the real examples in both, so that only the examples differ.

    Args:
        attribute: that is classified.
        real: examples for training.
        generated: further ones for training.
        held_out: real examples that neither the classifier nor the generator has seen.
        clusters: (N,) the cluster of each held-out example; look-alikes are one cluster.
        seed: of the resamples.

    Returns:
        None if the real examples have fewer than two values, or none is held out.
    """
    if len(set(real.values)) < 2 or not len(held_out.values):
        return None
    alone = _right(real, held_out, real.features)
    both = Labelled(torch.cat([real.features, generated.features]), [*real.values, *generated.values])
    together = _right(both, held_out, real.features)
    found = compare_means(Pair(ACCURACY, "together", "real"), together, alone, clusters, seed % SEED_RANGE)
    return Augmentation(
        attribute=attribute,
        real_examples=len(real.values),
        generated_examples=len(generated.values),
        held_out=len(held_out.values),
        real=float(alone.mean()),
        together=float(together.mean()),
        difference=found.difference,
        low=found.low,
        high=found.high,
    )


def _right(training: Labelled, held_out: Labelled, scaled_by: Tensor) -> Tensor:
    """Return (N,) 1 where a classifier is right on a held-out example, else 0."""
    scaler = StandardScaler().fit(scaled_by.double().numpy())
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    model.fit(scaler.transform(training.features.double().numpy()), list(training.values))
    predicted = model.predict(scaler.transform(held_out.features.double().numpy()))
    pairs = zip(predicted, held_out.values, strict=True)
    return torch.tensor([float(str(shown) == wanted) for shown, wanted in pairs], dtype=torch.float64)
