"""Recipe failure_modes: the candidates that are scikit-learn pipelines on words and characters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.utils.class_weight import compute_sample_weight

from components.recipes.failure_modes.candidates.cross_fit import fit_model
from components.recipes.failure_modes.candidates.model import Array, FittedModel, TextModel
from components.recipes.failure_modes.candidates.settings import LadderSettings

Params = Mapping[str, Any]
Done = Sequence[TextModel]
Build = Callable[[Params, int], Pipeline]
TINY = 1e-12
TOKEN = r"(?u)\b\w+\b|[^\w\s]"  # emoji and signs are words too: a text of them alone is not empty


@dataclass(frozen=True, slots=True)
class PipelineScorer:
    """A fitted pipeline from texts to classes, whose last step has `predict_proba` or `decision_function`."""

    pipeline: Pipeline
    kind: str = "pipeline"

    def scores(self, texts: Sequence[str]) -> Array:
        if hasattr(self.pipeline, "predict_proba"):
            logs: Array = np.log(np.maximum(self.pipeline.predict_proba(list(texts)), TINY))
            return logs
        margins = np.asarray(self.pipeline.decision_function(list(texts)), dtype=float)
        return np.stack([-margins, margins], axis=1) / 2 if margins.ndim == 1 else margins

    def save(self, folder: Path) -> None:
        import skops.io

        skops.io.dump(self.pipeline, folder / "pipeline.skops")


def load_pipeline(folder: Path) -> PipelineScorer:
    """Load a pipeline. skops refuses every type that is not scikit-learn's or NumPy's own."""
    import skops.io

    return PipelineScorer(skops.io.load(folder / "pipeline.skops", trusted=[]))


def fit_majority(
    texts: Sequence[str], labels: Sequence[str], settings: LadderSettings, seed: int, _: Done = ()
) -> FittedModel:
    return _fit("majority", _majority, texts, labels, settings, seed)


def fit_naive_bayes(
    texts: Sequence[str], labels: Sequence[str], settings: LadderSettings, seed: int, _: Done = ()
) -> FittedModel:
    return _fit("complement-naive-bayes", _naive_bayes, texts, labels, settings, seed)


def fit_logistic(
    texts: Sequence[str], labels: Sequence[str], settings: LadderSettings, seed: int, _: Done = ()
) -> FittedModel:
    return _fit("logistic-regression", _logistic, texts, labels, settings, seed)


def _fit(
    name: str, build: Build, texts: Sequence[str], labels: Sequence[str], settings: LadderSettings, seed: int
) -> FittedModel:
    fit = partial(_fit_scorer, build({}, seed), settings)
    return fit_model(name, fit, texts, labels, settings, seed)


def _fit_scorer(
    pipeline: Pipeline, settings: LadderSettings, texts: Sequence[str], labels: Sequence[str]
) -> tuple[PipelineScorer, tuple[str, ...]]:
    from sklearn.base import clone

    weights = sample_weights(settings, labels)
    fitted = clone(pipeline).fit(list(texts), list(labels), classify__sample_weight=weights)
    return PipelineScorer(fitted), tuple(str(name) for name in fitted.classes_)


def sample_weights(settings: LadderSettings, labels: Sequence[str]) -> Array:
    """Return (n,) the weight of each row, from the weights of the classes."""
    chosen = settings.class_weights
    if isinstance(chosen, str):
        weights: Array = compute_sample_weight("balanced" if chosen == "balanced" else None, labels)
        return weights
    return np.array([chosen.get(label, 1.0) for label in labels])


def _majority(_: Params, __: int) -> Pipeline:
    return Pipeline([("words", CountVectorizer(token_pattern=TOKEN)), ("classify", DummyClassifier(strategy="prior"))])


def _naive_bayes(params: Params, _: int) -> Pipeline:
    words = TfidfVectorizer(token_pattern=TOKEN, ngram_range=(1, 2), sublinear_tf=True)
    return Pipeline([("words", words), ("classify", ComplementNB(alpha=params.get("alpha", 0.3)))])


def _logistic(params: Params, _: int) -> Pipeline:
    model = LogisticRegression(C=params.get("C", 10.0), max_iter=1000)
    return Pipeline([("words", words_and_characters()), ("classify", model)])


def words_and_characters() -> FeatureUnion:
    words = TfidfVectorizer(token_pattern=TOKEN, ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    return FeatureUnion([("words", words), ("characters", characters)])
