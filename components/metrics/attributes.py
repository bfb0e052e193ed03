"""Metrics: whether pictures show what was asked for, by linear classifiers fitted to real pictures."""

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

LEARNABLE = 8  # times a value must be among real pictures to be learnt
HELD_OUT = 0.25  # of the real pictures, to tell how good the classifier is
STRENGTH = 0.1  # of the fit: features are many and pictures few, so that scikit-learn's 1.0 would learn by heart


@dataclass(frozen=True)
class AttributeClassifier:
    """Tells one attribute from features. `accuracy` was measured on real pictures that it never saw.

    `commonest` is the share of the commonest value among these: what guessing it always would have right.
    """

    model: Pipeline
    values: tuple[str, ...]
    accuracy: Score
    commonest: float

    @property
    def usable(self) -> bool:
        """True where it is right clearly more often than one who always says the commonest value."""
        return self.accuracy.low > self.commonest

    def predict(self, features: Tensor) -> list[str]:
        """Return one value for each of features (N, width)."""
        return [str(value) for value in self.model.predict(features.double().numpy())] if len(features) else []

    def agreement(self, features: Tensor, asked: Sequence[str | None]) -> Tensor:
        """Return (N,) 1 where a picture shows the value that was asked for, else 0; NaN of None and of values unlearnt.

        Args:
            features: (N, width) of the pictures, by the extractor that the classifier learnt from.
            asked: N values, None where nothing was asked.
        """
        found = zip(self.predict(features), asked, strict=True)
        agree = [float(shown == wanted) if wanted in self.values else math.nan for shown, wanted in found]
        return torch.tensor(agree, dtype=torch.float64)


def fit_attribute(features: Tensor, values: Sequence[str], seed: int) -> AttributeClassifier | None:
    """Return a classifier that has learnt from three quarters of real pictures and is measured on the rest.

    Only values that are seen at least 8 times are learnt; None where these are fewer than two, and nothing is to be
    told apart.

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
    """Return (N,) the share of the asked-for attributes that each picture shows; NaN where none is known.

    >>> attribute_agreement([torch.tensor([1.0, 0.0]), torch.tensor([0.0, torch.nan])])
    tensor([0.5000, 0.0000])
    """
    return torch.stack(list(agreements)).nanmean(0)
