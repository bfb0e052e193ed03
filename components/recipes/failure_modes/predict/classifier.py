"""Failure modes: a version in memory: it reads comments as in its training, answers, and abstains with a reason."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.recipes.failure_modes.analysis.explanation import explained
from components.recipes.failure_modes.analysis.similarity import index_texts
from components.recipes.failure_modes.analysis.unfamiliar import EMPTY, OTHER_LANGUAGE, Familiar, familiar_with
from components.recipes.failure_modes.candidates import TextModel, load_model
from components.recipes.failure_modes.ingest.clean import clean
from components.recipes.failure_modes.model_files import ANSWERING, MODEL, TRAINED, model_folder, read_reading
from components.recipes.failure_modes.reading import Reading

UNSURE = "less sure than the threshold"
REASONS = {"no-text": EMPTY, "no-words": EMPTY, "too-long": "too long", "other-script": OTHER_LANGUAGE}


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one comment. `reason` says why the version abstains, and is empty where it does not.

    `words` has by how much the probability of the answer falls without each word, the largest effect first.
    """

    failure_mode: str
    confidence: float
    probabilities: Mapping[str, float]  # the likeliest first
    reason: str = ""
    words: Mapping[str, float] = field(default_factory=dict)

    @property
    def abstains(self) -> bool:
        return bool(self.reason)


@dataclass(frozen=True, slots=True)
class Classifier:
    """A version's model with what it was trained on, and how it reads and answers."""

    model: TextModel
    reading: Reading
    familiar: Familiar
    threshold: float  # of confidence, below which it abstains
    top: int
    trained_on: str  # digest of the texts of its training

    def answers(self, raw: Sequence[str], words: int = 0) -> list[Answer]:
        """Return the answer to each comment, with so many words that moved it.

        A text that cannot be read gets the probabilities of an empty one.
        """
        cleaned = [clean(text, self.reading) for text in raw]
        texts = [found.text for found in cleaned]
        reasons = self.familiar.reasons(texts)
        likely, moved = explained(self.model, texts) if words else (self.model.probabilities(texts), [[]] * len(texts))
        rows = zip(cleaned, reasons, likely, moved, strict=True)
        return [
            self._answer(
                REASONS.get(found.refused, found.refused) or reason, row, {m.word: m.effect for m in by[:words]}
            )
            for found, reason, row, by in rows
        ]

    def answer(self, row: NDArray[np.float64]) -> Answer:
        """Return the answer of probabilities (classes,) to a comment that can be read."""
        return self._answer("", row, {})

    def _answer(self, reason: str, row: NDArray[np.float64], words: Mapping[str, float]) -> Answer:
        order = np.argsort(-row, kind="stable")
        likely = {self.model.classes[place]: float(row[place]) for place in order}
        best = next(iter(likely))
        return Answer(best, likely[best], likely, reason or (UNSURE if likely[best] < self.threshold else ""), words)


def open_classifier(folder: Path) -> Classifier:
    """Load the files of a version, from its checkpoint or from the folder in which MLflow keeps it."""
    place = model_folder(folder)
    answering = json.loads((place / ANSWERING).read_text(encoding="utf-8"))
    trained = json.loads((place / TRAINED).read_text(encoding="utf-8"))
    familiar = familiar_with(index_texts(trained["texts"], trained["labels"]), answering["least_similarity"])
    return Classifier(
        model=load_model(place / MODEL),
        reading=read_reading(place),
        familiar=familiar,
        threshold=answering["threshold"],
        top=answering["top"],
        trained_on=answering["trained_on"],
    )
