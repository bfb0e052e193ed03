"""Recipe failure_modes: the candidates on vectors of sentence models, alone and beside TF-IDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from components.core.errors import AtelierError
from components.recipes.failure_modes.candidates.cross_fit import fit_method
from components.recipes.failure_modes.candidates.encoders import (
    Encoder,
    Vectors,
    installed_encoders,
    open_encoder,
    save_encoder,
    saved_encoder,
)
from components.recipes.failure_modes.candidates.missing_encoder import missing
from components.recipes.failure_modes.candidates.model import Array, FittedModel, TextModel
from components.recipes.failure_modes.candidates.pipelines import (
    FEATURE_SPACE,
    FEATURES,
    class_scores,
    words_and_characters,
)
from components.recipes.failure_modes.candidates.skops_files import load_fitted, save_fitted
from components.recipes.failure_modes.candidates.training import Method, Params, Training

BESIDE = "embeddings-and-tf-idf"
HEAD = "head.skops"


@dataclass(frozen=True, slots=True)
class SentenceScorer:
    """A logistic regression on the vectors of sentence models, and on TF-IDF if `words` is there."""

    encoders: Sequence[Encoder]
    words: Any  # a fitted FeatureUnion, or None
    head: LogisticRegression
    known: Mapping[str, Vectors] = field(default_factory=dict)  # vectors of texts that a training repeats
    kind: str = "sentences"

    def scores(self, texts: Sequence[str]) -> Array:
        return class_scores(self.head, _inputs(self.words, _vectors(self.encoders, texts, self.known), texts))

    def save(self, folder: Path) -> None:
        for number, encoder in enumerate(self.encoders):
            save_encoder(encoder, folder / f"encoder-{number}")
        save_fitted({"words": self.words, "head": self.head}, folder / HEAD)


def load_sentences(folder: Path) -> SentenceScorer:
    parts = load_fitted(folder / HEAD)
    encoders = [saved_encoder(place) for place in sorted(folder.glob("encoder-*"))]
    return SentenceScorer(encoders, parts["words"], parts["head"])


def fit(name: str, training: Training, _: Sequence[TextModel] = ()) -> FittedModel:
    """Fit the head on vectors, beside TF-IDF if the candidate's name says so."""
    reason = missing(training.settings)
    if reason:
        raise AtelierError(reason)
    encoders = [open_encoder(files) for files in installed_encoders(training.settings.sentence_models)]
    texts = sorted(set(training.texts))
    known = dict(zip(texts, _vectors(encoders, texts, {}), strict=True))
    beside = name == BESIDE
    defaults = {"C": 10.0, **(FEATURES if beside else {})}
    space = {"C": (0.3, 100.0), **(FEATURE_SPACE if beside else {})}
    model = fit_method(name, Method(partial(_fit, encoders, known, beside), defaults, space), training)
    model.scorer.known.clear()  # type: ignore[attr-defined]  # a SentenceScorer; a model keeps no training texts
    return model


def _fit(
    encoders: Sequence[Encoder], known: Mapping[str, Vectors], beside: bool, params: Params, training: Training
) -> tuple[SentenceScorer, tuple[str, ...]]:
    words = words_and_characters(params).fit(list(training.texts)) if beside else None
    inputs = _inputs(words, _vectors(encoders, training.texts, known), training.texts)
    head = LogisticRegression(C=params["C"], max_iter=2000)
    head.fit(inputs, list(training.labels), sample_weight=training.weights())
    return SentenceScorer(encoders, words, head, known), tuple(str(name) for name in head.classes_)


def _inputs(words: Any, vectors: Vectors, texts: Sequence[str]) -> Any:
    return vectors if words is None else hstack([words.transform(list(texts)), csr_matrix(vectors)]).tocsr()


def _vectors(encoders: Sequence[Encoder], texts: Sequence[str], known: Mapping[str, Vectors]) -> Vectors:
    """Return (n, widths) the vectors of all encoders side by side."""
    new = [text for text in dict.fromkeys(texts) if text not in known]
    found = np.concatenate([encoder.vectors(new) for encoder in encoders], axis=1)
    rows = dict(zip(new, found, strict=True))
    return np.stack([rows[text] if text in rows else known[text] for text in texts])
