"""Recipe failure_modes: the table LADDER of the candidates, in the order in which they are fitted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.core.errors import UnknownNameError
from components.core.lazy import lazy
from components.recipes.failure_modes.candidates.model import FittedModel, TextModel
from components.recipes.failure_modes.candidates.settings import LadderSettings

if TYPE_CHECKING:
    from components.recipes.failure_modes.candidates.training import Training

Fit = Callable[[str, "Training", Sequence[TextModel]], FittedModel]  # name, rows, and the models fitted before


class UnknownCandidateError(UnknownNameError):
    """The ladder has no candidate of this name."""

    kind = "candidate"


def nothing_missing(settings: LadderSettings | None = None) -> str | None:
    """Return None: the candidate needs nothing but the dependencies of the project."""
    return None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to classify texts. `missing` gives the reason why it cannot run here, or None.

    With settings it also says what these lack, such as a base model.
    """

    fit: Fit
    description: str
    missing: Callable[..., str | None] = nothing_missing


def fit_candidate(
    name: str,
    texts: Sequence[str],
    labels: Sequence[str],
    settings: LadderSettings,
    seed: int,
    done: Sequence[TextModel] = (),
) -> FittedModel:
    """Fit one candidate; the same inputs give the same model.

    Args:
        name: a key of LADDER.
        texts: the training texts.
        labels: their classes; two different ones at least, else a DataError says so.
        settings: the section of the YAML.
        seed: of folds, search and initial weights.
        done: the models fitted before, of which the ensemble is made.
    """
    if name not in LADDER:
        raise UnknownCandidateError(name, LADDER)
    from components.recipes.failure_modes.candidates.training import Training

    return LADDER[name].fit(name, Training(texts, labels, settings, seed), done)


_HERE = "components.recipes.failure_modes.candidates"
_PIPELINE: Fit = lazy(f"{_HERE}.pipelines:fit")
LADDER: dict[str, Candidate] = {
    "majority": Candidate(_PIPELINE, "the share of each class, whatever the text"),
    "complement-naive-bayes": Candidate(_PIPELINE, "complement naive Bayes on TF-IDF of words"),
    "logistic-regression": Candidate(_PIPELINE, "logistic regression on TF-IDF of words and characters"),
    "linear-svm": Candidate(_PIPELINE, "linear support vector machine on TF-IDF of words and characters"),
    "gradient-boosted-trees": Candidate(
        lazy(f"{_HERE}.boosted_trees:fit"), "gradient-boosted trees on topics of words and characters"
    ),
    "embeddings": Candidate(
        lazy(f"{_HERE}.sentences:fit"),
        "logistic regression on the vectors of local sentence models",
        lazy(f"{_HERE}.missing_encoder:missing"),
    ),
    "embeddings-and-tf-idf": Candidate(
        lazy(f"{_HERE}.sentences:fit"),
        "logistic regression on those vectors beside TF-IDF of words and characters",
        lazy(f"{_HERE}.missing_encoder:missing"),
    ),
    "fine-tuned-transformer": Candidate(
        lazy(f"{_HERE}.fine_tuned:fit"),
        "a transformer, fine-tuned with a LoRA adapter",
        lazy(f"{_HERE}.missing_base:missing"),
    ),
    "soft-voting": Candidate(
        lazy(f"{_HERE}.ensemble:fit"), "the mean of the probabilities of earlier candidates, by votes"
    ),
}
