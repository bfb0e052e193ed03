"""Recipe failure_modes: fitted estimators of scikit-learn as skops files of few parts."""

from pathlib import Path
from typing import Any


def save_fitted(fitted: Any, path: Path) -> None:
    """Write a fitted estimator, or several by name (None where there is none).

    A vocabulary that scikit-learn cut has NumPy's integers as values. skops would write each as a file of its own:
    some thousand, which take a second to load. They become plain integers, in place.
    """
    import skops.io

    estimators = [one for one in (fitted.values() if isinstance(fitted, dict) else [fitted]) if one is not None]
    parts = [part for one in estimators for part in (one, *one.get_params().values())]
    for vectorizer in (part for part in parts if hasattr(part, "vocabulary_")):
        vectorizer.vocabulary_ = {word: int(place) for word, place in vectorizer.vocabulary_.items()}
    skops.io.dump(fitted, path)


def load_fitted(path: Path) -> Any:
    """Return what `save_fitted` wrote. skops refuses every type that is not scikit-learn's or NumPy's own."""
    import skops.io

    return skops.io.load(path, trusted=[])
