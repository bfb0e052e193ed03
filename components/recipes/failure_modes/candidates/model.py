"""Recipe failure_modes: a fitted model, which gives calibrated probabilities of classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from components.recipes.failure_modes.candidates.calibration import Calibration, calibrated

Array = NDArray[np.float64]
BATCH = 4096  # texts that are turned into features at a time, so that memory does not grow with the input


class TextModel(Protocol):
    @property
    def classes(self) -> tuple[str, ...]:
        """The classes, sorted."""

    def probabilities(self, texts: Sequence[str]) -> Array:
        """Return (n, classes) calibrated probabilities; each row sums to 1."""


class Scorer(Protocol):
    """What a candidate fits: scores whose softmax is a probability before calibration."""

    @property
    def kind(self) -> str:
        """The name in the table of kinds of files.py."""

    def scores(self, texts: Sequence[str]) -> Array:
        """Return (n, classes) log probabilities or margins, higher is likelier."""

    def save(self, folder: Path) -> None:
        """Write the files from which the kind's `load` makes the scorer again."""


@dataclass(frozen=True, slots=True)
class FittedModel:
    """A TextModel with its calibration.

    `held_out` are calibrated probabilities (rows, classes) of the training rows, each by a model and a calibration that
    were fitted without it; the label-noise list and the abstention threshold are made from them.
    """

    name: str
    classes: tuple[str, ...]
    scorer: Scorer
    calibration: Calibration
    held_out: Array
    notes: Mapping[str, str | int | float] = field(default_factory=dict)  # parameters, and why they were chosen

    def probabilities(self, texts: Sequence[str]) -> Array:
        parts = [self.scorer.scores(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        if not parts:
            return np.empty((0, len(self.classes)))
        return calibrated(self.calibration, np.concatenate(parts))
