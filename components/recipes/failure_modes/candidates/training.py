"""Recipe failure_modes: what a candidate is fitted to, and how a method is described."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.class_weight import compute_sample_weight

from components.recipes.failure_modes.candidates.folds import assign_folds
from components.recipes.failure_modes.candidates.model import Array, Scorer
from components.recipes.failure_modes.candidates.settings import LadderSettings

MANY = 20_000  # rows, of which half suffice to fit a model that calibrates; five folds would take most of an hour

Params = Mapping[str, Any]
Space = Mapping[str, tuple[float, float] | list[Any]]  # parameter -> a range, searched on a log scale, or its values


@dataclass(frozen=True, slots=True)
class Training:
    """The rows that a candidate is fitted to. The seed decides folds, search and initial weights."""

    texts: Sequence[str]
    labels: Sequence[str]
    settings: LadderSettings
    seed: int

    def rows(self, at: NDArray[np.int64]) -> "Training":
        """Return the training with these rows only."""
        places = at.tolist()
        return Training([self.texts[i] for i in places], [self.labels[i] for i in places], self.settings, self.seed)

    def folds(self) -> NDArray[np.int64]:
        """Return (n,) the fold of each row in which its calibration holds it out; two folds for many rows."""
        many = len(self.texts) > MANY
        return assign_folds(self.texts, self.labels, 2 if many else self.settings.folds, self.seed)

    def weights(self) -> Array:
        """Return (n,) the weight of each row, from the weights of the classes in the settings."""
        chosen = self.settings.class_weights
        if isinstance(chosen, str):
            weights: Array = compute_sample_weight("balanced" if chosen == "balanced" else None, self.labels)
            return weights
        return np.array([chosen.get(label, 1.0) for label in self.labels])


FitScorer = Callable[[Params, Training], tuple[Scorer, tuple[str, ...]]]  # the scorer, and the classes of its columns


@dataclass(frozen=True, slots=True)
class Method:
    """How a scorer is fitted, and which parameters of it are searched."""

    fit: FitScorer
    defaults: Params = field(default_factory=dict)
    space: Space = field(default_factory=dict)
