"""Failure modes: what MLflow's pyfunc flavour loads: `mlflow.pyfunc.load_model(...).predict(frame)`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from components.core.errors import DataError
from components.core.packages import ANY
from components.recipes.failure_modes.predict.classifier import Answer, Classifier, open_classifier
from components.recipes.failure_modes.predict.together import Compute, Together

TEXT, TOP, WORDS = "text", "top", "words"


@dataclass(frozen=True, slots=True)
class Served:
    """A loaded version. MLflow calls `predict`, from several threads, and passes `params` as its signature names it."""

    classifier: Classifier
    answers: Compute

    def predict(self, frame: Any, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Return a row for each comment: class, confidence, probabilities, top, abstain, reason, words.

        Raises:
            DataError: there is no column of texts.
        """
        texts = _texts(frame)
        top = int((params or {}).get(TOP, self.classifier.top))
        words = int((params or {}).get(WORDS, MOVED))
        raw = ["" if text is None or text != text else str(text) for text in texts]
        answers = self.answers(raw, words)
        index = frame.index if isinstance(frame, pd.DataFrame | pd.Series) else None
        return pd.DataFrame([_row(answer, top) for answer in answers], index=index, columns=list(COLUMNS))


MOVED = 3  # words that moved an answer, by default; 0 takes a tenth of the time
COLUMNS: Mapping[str, str] = {  # name -> MLflow's name of the type; lists and tables are JSON objects in an answer
    "class": "string",
    "confidence": "double",
    "abstain": "boolean",
    "reason": "string",
    "top": ANY,
    "probabilities": ANY,
    "words": ANY,
}


def _row(answer: Answer, top: int) -> dict[str, Any]:
    likeliest = list(answer.probabilities.items())[:top]
    return {
        "class": answer.failure_mode,
        "confidence": answer.confidence,
        "abstain": answer.abstains,
        "reason": answer.reason,
        "top": [{"class": name, "probability": value} for name, value in likeliest],
        "probabilities": dict(answer.probabilities),
        "words": dict(answer.words),
    }


def _texts(frame: Any) -> list[Any]:
    if isinstance(frame, pd.DataFrame):
        if TEXT not in frame.columns:
            found = f"The table has the columns {', '.join(map(str, frame.columns)) or 'none'}"
            raise DataError(found, expected=f"a column {TEXT} with comments", act="rename it")
        return list(frame[TEXT])
    return [frame] if isinstance(frame, str) else list(frame[TEXT] if isinstance(frame, Mapping) else frame)


def _load_pyfunc(path: str) -> Served:
    """Load a version for MLflow, which looks this function up by its name."""
    classifier = open_classifier(Path(path))
    return Served(classifier, Together(classifier.answers).answers)
