"""Metrics: does a picture show the attribute that was asked for? A linear classifier on features says so."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from components.core.records import Score
from components.metrics.means import mean_score

FEWEST = 8  # real training pictures of a value, below which it is not learnt
ROUNDS = 2000  # the solver's steps at most
STRENGTH = 0.1  # inverse of the regularisation: features are many and pictures few


@dataclass(frozen=True)
class AttributeHead:
    """A classifier of one attribute, and how well it names real held-out pictures, which nobody trained it on.

    `usable` says that it sees the attribute at all: its accuracy lies beyond doubt above `commonest`, the share that
    always guessing the commonest value would get.
    """

    classifier: Pipeline
    values: tuple[str, ...]
    accuracy: Score
    commonest: float

    @property
    def usable(self) -> bool:
        return self.accuracy.low > self.commonest

    def predict(self, features: Tensor) -> list[str]:
        """Return the value that each picture seems to show, of features (N, width)."""
        return [str(value) for value in self.classifier.predict(features.double().numpy())]

    def agreement(self, features: Tensor, asked: Sequence[str | None]) -> Tensor:
        """Return float64 (N,): 1 where a picture shows what was asked, else 0, NaN where that was never learnt."""
        pairs = zip(self.predict(features), asked, strict=True)
        return torch.tensor(
            [float(shown == value) if value in self.values else math.nan for shown, value in pairs], dtype=torch.float64
        )


def fit_attribute(
    features: Tensor, values: Sequence[str | None], held_out: Tensor, held_out_values: Sequence[str | None], seed: int
) -> AttributeHead:
    """Teach a classifier on real training pictures, and try it on real ones held out.

    Args:
        features: (K, width) of real training pictures.
        values: what each shows, None where unknown. Values of fewer than eight pictures are not learnt.
        held_out: (M, width) features of other real pictures.
        held_out_values: what each of them shows.
        seed: of the interval's bootstrap.

    Raises:
        ValueError: fewer than two values have enough pictures.
    """
    known = Counter(value for value in values if value is not None)
    learnt = tuple(sorted(value for value, count in known.items() if count >= FEWEST))
    if len(learnt) < 2:
        raise ValueError(f"{len(learnt)} values are shown by {FEWEST} pictures or more, expected two at least")
    there = [i for i, value in enumerate(values) if value in learnt]
    # `lbfgs` draws nothing at random: the same features always give the same classifier.
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=ROUNDS))
    classifier.fit(features[there].double().numpy(), np.array([values[i] for i in there]))
    head = AttributeHead(classifier, learnt, Score(math.nan, 0, math.nan, math.nan), 1.0)
    right = head.agreement(held_out, held_out_values)
    shown = Counter(value for value in held_out_values if value in learnt)
    commonest = max(shown.values(), default=1) / max(1, shown.total())
    accuracy = mean_score("accuracy", right, "", torch.arange(len(right)), seed)
    return AttributeHead(classifier, learnt, accuracy, commonest)
