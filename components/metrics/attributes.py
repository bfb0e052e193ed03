"""Metrics: whether pictures show the requested attributes, by linear classifiers fitted to real pictures."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from components.core.records import Score
from components.metrics.means import mean_score

LEARNABLE = 8  # real pictures that a value needs to become a class
HELD_OUT = 0.25  # of the real pictures, to measure the accuracy of the classifier
STRENGTH = 0.1  # scikit-learn's C: with many features and few pictures its default of 1.0 overfits


@dataclass(frozen=True)
class AttributeClassifier:
    """Predicts one attribute from features. `accuracy` was measured on held-out real pictures.

    `commonest` is the share of the most frequent value among these: the accuracy of always guessing it.
    """

    model: Pipeline
    values: tuple[str, ...]
    accuracy: Score
    commonest: float

    @property
    def usable(self) -> bool:
        """Whether it is clearly more accurate than always guessing the most frequent value."""
        return self.accuracy.low > self.commonest

    def predict(self, features: Tensor) -> list[str]:
        """Return one value per row of features (N, width)."""
        return [str(value) for value in self.model.predict(features.double().numpy())] if len(features) else []

    def agreement(self, features: Tensor, requested: Sequence[str | None]) -> Tensor:
        """Return (N,) 1 where a picture shows the requested value, else 0; NaN for None and for values without a class.

        Args:
            features: (N, width) of the pictures, from the extractor that the classifier was fitted with.
            requested: N values, None where no value was requested.
        """
        pairs = zip(self.predict(features), requested, strict=True)
        agree = [float(shown == value) if value in self.values else math.nan for shown, value in pairs]
        return torch.tensor(agree, dtype=torch.float64)


def fit_attribute(features: Tensor, values: Sequence[str], seed: int) -> AttributeClassifier | None:
    """Return a classifier that is fitted to three quarters of the real pictures and measured on the rest.

    Values of at least 8 pictures become classes. With fewer than two such values the result is None.

    Args:
        features: (N, width) of real pictures.
        values: N values of the attribute.
        seed: decides which pictures are held out.
    """
    learnt = sorted(value for value, count in Counter(values).items() if count >= LEARNABLE)
    if len(learnt) < 2:
        return None
    chosen = [i for i, value in enumerate(values) if value in learnt]
    known = [values[i] for i in chosen]
    x, x_out, y, y_out = train_test_split(
        features[chosen].double().numpy(), known, test_size=HELD_OUT, stratify=known, random_state=seed % 2**32
    )
    model = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=2000)).fit(x, y)
    right = torch.tensor([float(shown == true) for shown, true in zip(model.predict(x_out), y_out, strict=True)])
    accuracy = mean_score("accuracy", right, "", torch.arange(len(right)), seed)
    return AttributeClassifier(model, tuple(learnt), accuracy, max(Counter(y_out).values()) / len(y_out))


def attribute_agreement(agreements: Sequence[Tensor]) -> Tensor:
    """Return (N,) the share of the requested attributes that each picture shows; NaN where none is known.

    >>> attribute_agreement([torch.tensor([1.0, 0.0]), torch.tensor([0.0, torch.nan])])
    tensor([0.5000, 0.0000])
    """
    return torch.stack(list(agreements)).nanmean(0)
