"""Recipe failure_modes: the candidates that are scikit-learn pipelines on words and characters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.svm import LinearSVC

from components.recipes.failure_modes.candidates.cross_fit import fit_method
from components.recipes.failure_modes.candidates.model import Array, FittedModel, TextModel
from components.recipes.failure_modes.candidates.skops_files import load_fitted, save_fitted
from components.recipes.failure_modes.candidates.training import Method, Params, Training

TINY = 1e-12
TOKEN = r"(?u)\b\w+\b|[^\w\s]"  # emoji and signs are words too: a text of them alone is not empty
MOST_FEATURES = 30_000  # of words and of characters each: the optimizer keeps some 30 copies of the coefficients


@dataclass(frozen=True, slots=True)
class PipelineScorer:
    """A fitted pipeline from texts to classes, whose last step has `predict_proba` or `decision_function`."""

    pipeline: Pipeline
    kind: str = "pipeline"

    def scores(self, texts: Sequence[str]) -> Array:
        return class_scores(self.pipeline, list(texts))

    def save(self, folder: Path) -> None:
        save_fitted(self.pipeline, folder / "pipeline.skops")


def load_pipeline(folder: Path) -> PipelineScorer:
    return PipelineScorer(load_fitted(folder / "pipeline.skops"))


def class_scores(model: Any, inputs: Any) -> Array:
    """Return (n, classes) log probabilities, or margins of a model that has no probabilities."""
    if hasattr(model, "predict_proba"):
        logs: Array = np.log(np.maximum(model.predict_proba(inputs), TINY))
        return logs
    margins = np.asarray(model.decision_function(inputs), dtype=float)
    return np.stack([-margins, margins], axis=1) / 2 if margins.ndim == 1 else margins


def fit(name: str, training: Training, _: Sequence[TextModel] = ()) -> FittedModel:
    """Fit one of PIPELINES."""
    build, defaults, space = PIPELINES[name]
    return fit_method(name, Method(partial(_fit_pipeline, build), defaults, space), training)


def _fit_pipeline(build: "Build", params: Params, training: Training) -> tuple[PipelineScorer, tuple[str, ...]]:
    pipeline = build(params, training)
    pipeline.fit(list(training.texts), list(training.labels), **_weights(pipeline, training))
    return PipelineScorer(pipeline), tuple(str(name) for name in pipeline.classes_)


def _weights(pipeline: Pipeline, training: Training) -> dict[str, Array]:
    """Return the weights of the rows; none for the majority class, which balanced weights would leave undefined."""
    return {} if isinstance(pipeline[-1], DummyClassifier) else {"classify__sample_weight": training.weights()}


def words_and_characters(params: Params) -> FeatureUnion:
    """Return TF-IDF of words and word pairs beside that of the characters of each word."""
    return FeatureUnion(
        [
            ("words", TfidfVectorizer(token_pattern=TOKEN, ngram_range=(1, 2), **SUBLINEAR)),
            ("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, params["characters"]), **SUBLINEAR)),
        ],
        transformer_weights={"words": 1.0, "characters": params["character_weight"]},
    )


SUBLINEAR: Mapping[str, Any] = {"sublinear_tf": True, "max_features": MOST_FEATURES}


def _majority(_: Params, __: Training) -> Pipeline:
    words = TfidfVectorizer(token_pattern=TOKEN, max_features=1)
    return Pipeline([("words", words), ("classify", DummyClassifier(strategy="prior"))])


def _naive_bayes(params: Params, _: Training) -> Pipeline:
    words = TfidfVectorizer(token_pattern=TOKEN, ngram_range=(1, params["words"]), **SUBLINEAR)
    return Pipeline([("words", words), ("classify", ComplementNB(alpha=params["alpha"]))])


def _logistic(params: Params, _: Training) -> Pipeline:
    model = LogisticRegression(C=params["C"], max_iter=2000)
    return Pipeline([("words", words_and_characters(params)), ("classify", model)])


def _linear_svm(params: Params, training: Training) -> Pipeline:
    model = LinearSVC(C=params["C"], random_state=training.seed % 2**32, max_iter=5000)
    return Pipeline([("words", words_and_characters(params)), ("classify", model)])


Build = Callable[[Params, Training], Pipeline]
FEATURES: Mapping[str, Any] = {"characters": 5, "character_weight": 1.0}
FEATURE_SPACE: Mapping[str, Any] = {"characters": [3, 4, 5, 6], "character_weight": (0.3, 3.0)}
PIPELINES: Mapping[str, tuple[Build, Params, Mapping[str, Any]]] = {
    "majority": (_majority, {}, {}),
    "complement-naive-bayes": (
        _naive_bayes,
        {"alpha": 0.3, "words": 2},
        {"alpha": (0.01, 3.0), "words": [1, 2]},
    ),
    "logistic-regression": (_logistic, {"C": 10.0, **FEATURES}, {"C": (0.3, 100.0), **FEATURE_SPACE}),
    "linear-svm": (_linear_svm, {"C": 0.5, **FEATURES}, {"C": (0.03, 10.0), **FEATURE_SPACE}),
}
