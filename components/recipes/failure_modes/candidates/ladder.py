"""Recipe failure_modes: the table LADDER of the candidates, in the order in which they are fitted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from components.core.errors import UnknownNameError
from components.core.lazy import lazy
from components.recipes.failure_modes.candidates.model import TextModel
from components.recipes.failure_modes.candidates.settings import LadderSettings

# Texts, labels, settings, seed, and the models that were fitted before, for candidates that are made of others.
Fit = Callable[[Sequence[str], Sequence[str], LadderSettings, int, Sequence[TextModel]], TextModel]


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
) -> TextModel:
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
    return LADDER[name].fit(texts, labels, settings, seed, done)


_PIPELINES = "components.recipes.failure_modes.candidates.pipelines"
LADDER: dict[str, Candidate] = {
    "majority": Candidate(lazy(f"{_PIPELINES}:fit_majority"), "the share of each class, whatever the text"),
    "complement-naive-bayes": Candidate(lazy(f"{_PIPELINES}:fit_naive_bayes"), "complement naive Bayes on words"),
    "logistic-regression": Candidate(
        lazy(f"{_PIPELINES}:fit_logistic"), "logistic regression on TF-IDF of words and characters"
    ),
}
