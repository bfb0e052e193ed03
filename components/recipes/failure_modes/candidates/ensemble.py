"""Recipe failure_modes: the candidate that averages the probabilities of earlier ones (soft voting)."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.core.errors import DataError
from components.recipes.failure_modes.candidates.calibration import fit_calibration
from components.recipes.failure_modes.candidates.cross_fit import known_classes
from components.recipes.failure_modes.candidates.model import Array, FittedModel, TextModel
from components.recipes.failure_modes.candidates.training import Training

WORTHLESS = "adds nothing"  # the note of an ensemble that is not clearly better than its best member
MOST_VOTES = 10  # of all members together; a member may have several


@dataclass(frozen=True, slots=True)
class EnsembleScorer:
    """Members with their votes; the probability of a class is the mean over the votes."""

    members: Sequence[FittedModel]
    votes: Sequence[int]
    kind: str = "ensemble"

    def scores(self, texts: Sequence[str]) -> Array:
        return mean_log([model.probabilities(texts) for model in self.members], self.votes)

    def save(self, folder: Path) -> None:
        from components.recipes.failure_modes.candidates.files import save_model

        for number, (model, votes) in enumerate(zip(self.members, self.votes, strict=True)):
            save_model(model, folder / f"member-{number:02d}-votes-{votes}")


def load_ensemble(folder: Path) -> EnsembleScorer:
    from components.recipes.failure_modes.candidates.files import load_model

    places = sorted(folder.glob("member-*"))
    return EnsembleScorer([load_model(place) for place in places], [int(place.name.split("-")[-1]) for place in places])


def fit(name: str, training: Training, done: Sequence[TextModel]) -> FittedModel:
    """Choose members and votes by held-out log loss, and calibrate their mean on held-out rows.

    Raises:
        DataError: fewer than two fitted models are there.
    """
    models = [model for model in done if isinstance(model, FittedModel) and len(model.held_out) == len(training.texts)]
    if len(models) < 2:
        found = f"The ensemble has {len(models)} candidates that were fitted to the same rows"
        raise DataError(found, expected="two at least", act="add candidates before it in train.candidates")
    classes = known_classes(training.labels)
    labels = np.searchsorted(classes, training.labels)
    chosen = choose_votes([model.held_out for model in models], labels)
    members, votes = [models[k] for k in chosen], list(chosen.values())
    scores = mean_log([model.held_out for model in members], votes)
    calibration, held_out = fit_calibration(scores, labels, training.folds())
    notes: dict[str, str | int | float] = {f"votes {m.name}": v for m, v in zip(members, votes, strict=True)}
    best = min(models, key=lambda model: log_losses(model.held_out, labels).mean())
    if nothing := adds_nothing(name, best, held_out, labels):
        notes[WORTHLESS] = nothing
    return FittedModel(name, classes, EnsembleScorer(members, votes), calibration, held_out, notes)


def adds_nothing(name: str, best: FittedModel, held_out: Array, labels: NDArray[np.int64]) -> str:
    """Return the sentence that says that the ensemble is not clearly better than its best member, or an empty one.

    Clearly better means that its log loss on held-out rows is lower by more than one standard error of the paired
    difference, which is the rule by which a calibration is chosen too.
    """
    gains = log_losses(best.held_out, labels) - log_losses(held_out, labels)
    gain, error = float(gains.mean()), float(gains.std()) / math.sqrt(len(gains))
    if gain > error:
        return ""
    return (
        f"{name} adds nothing to its best member, {best.name}: its log loss on {len(labels)} held-out comments is "
        f"{abs(gain):.3f} {'lower' if gain > 0 else 'higher'}, with a standard error of {error:.3f}"
    )


def log_losses(probabilities: Array, labels: NDArray[np.int64]) -> Array:
    """Return (n,) the log loss of each row."""
    losses: Array = -np.log(probabilities[np.arange(len(labels)), labels])
    return losses


def choose_votes(held_out: Sequence[Array], labels: NDArray[np.int64]) -> Mapping[int, int]:
    """Return how many votes each model has: votes are given one by one, while the log loss falls.

    Source: Caruana et al., Ensemble selection from libraries of models (2004), with replacement.
    """
    rows, votes, total, best = np.arange(len(labels)), list[int](), np.zeros_like(held_out[0]), np.inf
    while len(votes) < MOST_VOTES:
        losses = [-float(np.log((total + p)[rows, labels] / (len(votes) + 1)).mean()) for p in held_out]
        k = int(np.argmin(losses))
        if not losses[k] < best:
            break
        best, total, votes = losses[k], total + held_out[k], [*votes, k]
    return dict(sorted(Counter(votes).items()))


def mean_log(probabilities: Sequence[Array], votes: Sequence[int]) -> Array:
    """Return (n, classes) the log of the mean probability over the votes."""
    logs: Array = np.log(np.average(np.stack(probabilities), axis=0, weights=votes))
    return logs
