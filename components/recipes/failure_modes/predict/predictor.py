"""Failure modes: a loaded version as the house calls it: one request, one response."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from components.core.errors import UsageError
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from components.recipes.failure_modes.config import FailureModesConfig
from components.recipes.failure_modes.predict.classifier import Answer, Classifier, open_classifier

EXAMPLE = "Pump 3 leaks oil at the shaft seal, seal replaced."
COLUMN = "text"  # of a table of comments
LONGEST = 20_000  # characters of a request; a version abstains long before


class CommentRequest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, Field(max_length=LONGEST, examples=[EXAMPLE])]
    top: Annotated[int | None, Field(ge=1, description="how many failure modes to list")] = None
    words: Annotated[int, Field(ge=0, description="how many words that moved the answer to list")] = 5


class FailureModeResponse(BaseModel):
    """The likeliest failure modes of a comment. `reason` says why the version abstains, else it is empty."""

    model_config = ConfigDict(frozen=True)

    failure_mode: str
    confidence: float
    abstain: bool
    reason: str
    top: Mapping[str, float]
    words: Mapping[str, float]

    def files(self, origin: Mapping[str, str], /) -> Mapping[str, bytes]:
        """Return the answer as JSON, and its likeliest failure modes as CSV."""
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        writer.writerows([("failure_mode", "probability"), *self.top.items()])
        return {"answer.json": self.model_dump_json(indent=1).encode(), "answer.csv": table.getvalue().encode()}


@dataclass(frozen=True, slots=True)
class CommentPredictor:
    """A version that answers comments, one at a time, several together, or a table of them."""

    classifier: Classifier
    request: type[CommentRequest] = CommentRequest
    response: type[FailureModeResponse] = FailureModeResponse

    def predict(self, request: CommentRequest, /) -> FailureModeResponse:
        return self._response(self.classifier.answers([request.text], request.words)[0], request)

    def predict_together(self, requests: Sequence[CommentRequest], /) -> Sequence[FailureModeResponse]:
        """Return the response to each request. Those that ask for as many words are computed together."""
        answers: dict[int, Answer] = {}
        for words in {request.words for request in requests}:
            places = [place for place, request in enumerate(requests) if request.words == words]
            texts = [requests[place].text for place in places]
            answers |= dict(zip(places, self.classifier.answers(texts, words), strict=True))
        return [self._response(answers[place], request) for place, request in enumerate(requests)]

    def predict_table(self, rows: Sequence[Mapping[str, str]], /) -> Sequence[Mapping[str, Any]]:
        """Return the likeliest failure mode of each row's comment, which is in the column `text`.

        Raises:
            UsageError: there is no such column.
        """
        if rows and COLUMN not in rows[0]:
            found = f"The table has the columns {', '.join(rows[0]) or 'none'}"
            raise UsageError(found, expected=f"a column {COLUMN} with comments", act="rename it")
        answers = self.classifier.answers([row[COLUMN] for row in rows]) if rows else []
        return [_row(answer, self.classifier.top) for answer in answers]

    def _response(self, answer: Answer, request: CommentRequest) -> FailureModeResponse:
        top = list(answer.probabilities.items())[: request.top or self.classifier.top]
        return FailureModeResponse(
            failure_mode=answer.failure_mode,
            confidence=answer.confidence,
            abstain=answer.abstains,
            reason=answer.reason,
            top=dict(top),
            words=dict(answer.words),
        )


def _row(answer: Answer, top: int) -> dict[str, Any]:
    likeliest = dict(list(answer.probabilities.items())[:top])
    return {
        "failure_mode": answer.failure_mode,
        "confidence": answer.confidence,
        "abstain": answer.abstains,
        "reason": answer.reason,
        "top": likeliest,
    }


def load(config: FailureModesConfig, checkpoint: Checkpoint | None, log: RunLog) -> CommentPredictor:
    """Return the predictor of a version. Raises UsageError for the base model: there is none."""
    if checkpoint is None:
        raise UsageError(f"{config.model} has no base model", expected="the number or alias of a version")
    return CommentPredictor(open_classifier(checkpoint.folder))
