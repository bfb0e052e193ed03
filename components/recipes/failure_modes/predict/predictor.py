"""Failure modes: a loaded version as the house calls it: one request, one response."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from components.core.errors import UsageError
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from components.recipes.failure_modes.config import FailureModesConfig
from components.recipes.failure_modes.predict.classifier import Classifier, open_classifier

EXAMPLE = "Pump 3 leaks oil at the shaft seal, seal replaced."
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
    """A version that answers one comment at a time."""

    classifier: Classifier
    request: type[CommentRequest] = CommentRequest
    response: type[FailureModeResponse] = FailureModeResponse

    def predict(self, request: CommentRequest, /) -> FailureModeResponse:
        answer = self.classifier.answers([request.text], request.words)[0]
        top = list(answer.probabilities.items())[: request.top or self.classifier.top]
        return FailureModeResponse(
            failure_mode=answer.failure_mode,
            confidence=answer.confidence,
            abstain=answer.abstains,
            reason=answer.reason,
            top=dict(top),
            words=dict(answer.words),
        )


def load(config: FailureModesConfig, checkpoint: Checkpoint | None, log: RunLog) -> CommentPredictor:
    """Return the predictor of a version. Raises UsageError for the base model: there is none."""
    if checkpoint is None:
        raise UsageError(f"{config.model} has no base model", expected="the number or alias of a version")
    return CommentPredictor(open_classifier(checkpoint.folder))
