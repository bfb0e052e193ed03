"""Failure modes: what the version in production answers to comments, as columns on which drift is measured."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from components.core.files import digest_of
from components.core.monitored import Column
from components.core.records import Checkpoint
from components.recipes.failure_modes.candidates.model import FittedModel
from components.recipes.failure_modes.comment import Comments, labelled
from components.recipes.failure_modes.config import FailureModesConfig
from components.recipes.failure_modes.predict.classifier import Answer, Classifier, open_classifier

ANSWER, ABSTAINS, EXPECTED = "answer", "abstains", "expected accuracy"


def responses(
    config: FailureModesConfig, checkpoint: Checkpoint, snapshot: Comments, split: str, cache: Path
) -> Mapping[str, Column]:
    """Return the failure mode that the version answers, whether it abstains, and how sure it is of each answer.

    The mean of calibrated confidence is the accuracy that is to be expected without any label. For the comments that
    the version was trained on, the answers are held-out ones: to these it would be too sure of.
    """
    classifier = open_classifier(checkpoint.folder)
    answers = _held_out(classifier, snapshot, split) or classifier.answers([c["text"] for c in snapshot.splits[split]])
    return {
        ANSWER: [answer.failure_mode for answer in answers],
        ABSTAINS: ["yes" if answer.abstains else "no" for answer in answers],
        EXPECTED: [answer.confidence for answer in answers],
    }


def _held_out(classifier: Classifier, snapshot: Comments, split: str) -> Sequence[Answer]:
    """Return the held-out answers to the comments of the training; none for other comments."""
    texts, model = labelled(snapshot, split)[0], classifier.model
    if not isinstance(model, FittedModel) or digest_of(texts) != classifier.trained_on:
        return []
    return [classifier.answer(row) for row in model.held_out]
