"""Recipe failure_modes: labels that are probably wrong, by confident learning on held-out probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A row whose label is doubtful: the class that the held-out model expects, and how much more likely that is."""

    row: int
    label: str
    likely: str
    margin: float


def suspect_labels(held_out: Array, labels: Sequence[str], classes: Sequence[str]) -> list[Suspect]:
    """Return the doubtful rows, the most doubtful first.

    Source: Northcutt, Jiang and Chuang, Confident learning (2021). A class is confident in a row if its probability is
    at least the mean that rows with its label have. A row is doubtful if another class is confident in it, likelier
    than its own. Classes of a single row have no such mean and are never expected.

    Args:
        held_out: (n, classes) calibrated probabilities, each by a model that was fitted without the row.
        labels: n labels.
        classes: the names of the columns.
    """
    given = np.array([list(classes).index(label) for label in labels])
    rows = np.arange(len(given))
    counts = np.bincount(given, minlength=len(classes))
    own = held_out[rows, given]
    means = np.bincount(given, own, minlength=len(classes)) / np.maximum(counts, 1)
    confident = held_out >= np.where(counts > 1, means, np.inf)
    confident[rows, given] = False
    others = np.where(confident, held_out, -np.inf)
    likely = others.argmax(1)
    margins = others[rows, likely] - own
    found = np.flatnonzero(margins > 0)
    return [
        Suspect(int(row), labels[row], classes[likely[row]], float(margins[row]))
        for row in found[np.argsort(-margins[found], kind="stable")]
    ]
