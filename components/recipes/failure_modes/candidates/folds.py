"""Recipe failure_modes: folds in which equal texts stay together and classes are spread evenly."""

import warnings
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from components.core.errors import DataError
from components.core.seeds import derive_seed

ACT = "add labelled rows, or merge rare classes"


def assign_folds(texts: Sequence[str], labels: Sequence[str], folds: int, seed: int) -> NDArray[np.int64]:
    """Return (n,) the fold of each text. Texts that differ in letter case or spaces only are in one fold.

    There are fewer folds if the largest class has fewer texts. A class with fewer texts than folds is missing in the
    training rows of some folds only if it has a single text.
    """
    keys = [" ".join(text.lower().split()) for text in texts]
    first = dict(reversed(list(zip(keys, labels, strict=True))))
    unique = sorted(first)
    count = min(folds, max(Counter(first.values()).values(), default=0))
    if count < 2:
        raise DataError(
            f"No class has two different texts among {len(unique)}", expected="two texts of a class at least", act=ACT
        )
    splitter = StratifiedKFold(count, shuffle=True, random_state=derive_seed(seed, "folds") % 2**32)
    with warnings.catch_warnings():  # a class with fewer texts than folds is not an error here
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        parts = list(splitter.split(unique, [first[key] for key in unique]))
    fold_of = {unique[i]: fold for fold, (_, held_out) in enumerate(parts) for i in held_out}
    return np.array([fold_of[key] for key in keys])
