"""Failure modes: what a candidate answers to the comments of a split: probabilities, and the time that each took."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from components.core.records import Checkpoint
from components.recipes.failure_modes.candidates import load_model
from components.recipes.failure_modes.model_files import MODEL, model_folder

TIMED = 32  # comments that are answered one by one, to measure how long an answer takes

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Answers:
    """Probabilities (n, classes) of the failure modes in `classes`, and milliseconds (n,), NaN where not measured."""

    classes: tuple[str, ...]
    probabilities: Array
    milliseconds: Array

    @property
    def predicted(self) -> list[str]:
        return [self.classes[place] for place in self.probabilities.argmax(1)]

    @property
    def confidence(self) -> Array:
        found: Array = self.probabilities.max(1)
        return found

    def for_classes(self, names: Sequence[str]) -> Array:
        """Return the probabilities (n, names) of the named failure modes; 0 where the candidate knows none."""
        known = {name: column for column, name in enumerate(self.classes)}
        empty = np.zeros(len(self.probabilities))
        columns = [self.probabilities[:, known[name]] if name in known else empty for name in names]
        return np.stack(columns, axis=1)


def answer(texts: Sequence[str], checkpoint: Checkpoint | None) -> Answers:
    """Return the answers of a checkpoint. There is no base model: None is an error of the caller."""
    if checkpoint is None:
        raise ValueError("classifiers of comments have no base model")
    model = load_model(model_folder(checkpoint.folder) / MODEL)
    milliseconds = np.full(len(texts), np.nan)
    for place in range(min(TIMED + 1, len(texts))):
        began = perf_counter()
        model.probabilities([texts[place]])
        milliseconds[place] = 1000 * (perf_counter() - began)
    milliseconds[:1] = np.nan  # the first answer loads what later ones have
    return Answers(model.classes, model.probabilities(list(texts)), milliseconds)
