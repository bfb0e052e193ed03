"""Failure modes: a version in memory: it reads comments as in its training, answers, and abstains with a reason."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.recipes.failure_modes.candidates import TextModel, load_model
from components.recipes.failure_modes.ingest.clean import Cleaned, clean
from components.recipes.failure_modes.model_files import ANSWERING, MODEL, model_folder, read_reading
from components.recipes.failure_modes.reading import Reading

UNSURE = "less sure than the threshold"
REASONS = {
    "no-text": "empty",
    "no-words": "no words",
    "too-long": "too long",
    "other-script": "another language",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one comment. `reason` says why the version abstains, and is empty where it does not."""

    failure_mode: str
    confidence: float
    probabilities: Mapping[str, float]  # the likeliest first
    reason: str = ""
    words: Mapping[str, float] = ()  # type: ignore[assignment]  # how much each word spoke for the answer

    @property
    def abstains(self) -> bool:
        return bool(self.reason)


@dataclass(frozen=True, slots=True)
class Classifier:
    """A version's model with what it was trained to read and to answer."""

    model: TextModel
    reading: Reading
    threshold: float  # of confidence, below which it abstains
    top: int
    trained_on: str  # digest of the texts of its training

    def answers(self, raw: Sequence[str]) -> list[Answer]:
        """Return the answer to each comment. A text that cannot be read gets the shares of the failure modes."""
        cleaned = [clean(text, self.reading) for text in raw]
        probabilities = self.model.probabilities([found.text for found in cleaned])
        return [self._answer(found, row) for found, row in zip(cleaned, probabilities, strict=True)]

    def answer(self, text: str, row: NDArray[np.float64]) -> Answer:
        """Return the answer to a text that was read already, from its probabilities (classes,)."""
        return self._answer(Cleaned(text), row)

    def _answer(self, cleaned: Cleaned, row: NDArray[np.float64]) -> Answer:
        order = np.argsort(-row, kind="stable")
        likely = {self.model.classes[place]: float(row[place]) for place in order}
        best = next(iter(likely))
        unsure = UNSURE if likely[best] < self.threshold else ""
        reason = REASONS.get(cleaned.refused, cleaned.refused) or unsure
        return Answer(best, likely[best], likely, reason)


def open_classifier(folder: Path) -> Classifier:
    """Load the files of a version, from its checkpoint or from the folder in which MLflow keeps it."""
    place = model_folder(folder)
    answering = json.loads((place / ANSWERING).read_text(encoding="utf-8"))
    return Classifier(
        load_model(place / MODEL), read_reading(place), answering["threshold"], answering["top"], answering["texts"]
    )
