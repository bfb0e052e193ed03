"""Recipe failure_modes: Optuna's search of a method's parameters, over macro F1 and log loss of held-out rows."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from components.core.seeds import derive_seed
from components.recipes.failure_modes.analysis.pareto import knee
from components.recipes.failure_modes.candidates.calibration_methods import temperature_log_loss
from components.recipes.failure_modes.candidates.folds import assign_folds
from components.recipes.failure_modes.candidates.model import Array
from components.recipes.failure_modes.candidates.training import Method, Params, Training

if TYPE_CHECKING:
    from optuna import Study, Trial
    from optuna.trial import FrozenTrial

DIRECTIONS = {"f1_macro": +1, "log_loss": -1}
DECIDING = {"search_folds", "class_weights", "sentence_models"}  # settings that other trials would follow from
COMPARED = 4  # complete trials, from which on hopeless ones are pruned
# Scores of the held-out rows that the mask marks, by a scorer that was fitted to the others.
HeldOut = Callable[[Method, Params, Training, NDArray[np.bool_]], Array]
Values = tuple[float, float]  # macro F1 and log loss


@dataclass(frozen=True, slots=True)
class Found:
    """The parameters, and what became of the search."""

    params: Params
    notes: Mapping[str, str | int | float] = field(default_factory=dict)


def search(name: str, method: Method, training: Training, held_out: HeldOut) -> Found:
    """Return the knee of the Pareto front of the trials, or the method's defaults if the settings ask for no trials.

    The first trial has the defaults. A trial is pruned after a fold at which it is worse than the median of the
    complete trials in both scores. Each trial has its own seed, so that a search that was interrupted continues with
    the same trials; the study's name has the digest of rows and settings, so that another one is never continued.
    """
    settings = training.settings
    if not settings.trials or not method.space:
        return Found(method.defaults, {f"param {key}": value for key, value in method.defaults.items()})
    folds = assign_folds(training.texts, training.labels, settings.search_folds, derive_seed(training.seed, "search"))
    with _study(f"{settings.study}/{name}/{_digest(training)}", settings.storage) as study:
        this = _Search(study, method, training, held_out, folds)
        while len(this.done()) < settings.trials:
            this.try_next()
        return this.chosen()


@dataclass(frozen=True, slots=True)
class _Search:
    study: "Study"
    method: Method
    training: Training
    held_out: HeldOut
    folds: NDArray[np.int64]

    def done(self) -> list["FrozenTrial"]:
        from optuna.trial import TrialState

        return self.study.get_trials(states=(TrialState.COMPLETE, TrialState.PRUNED))

    def complete(self) -> list["FrozenTrial"]:
        return [trial for trial in self.done() if trial.values]

    def try_next(self) -> None:
        from optuna.samplers import TPESampler
        from optuna.trial import TrialState

        number = len(self.done())
        self.study.sampler = TPESampler(seed=derive_seed(self.training.seed, "trial", number) % 2**32)
        if number == 0:
            self.study.enqueue_trial(dict(self.method.defaults))
        trial = self.study.ask()
        params = {**self.method.defaults, **{key: _suggest(trial, key, of) for key, of in self.method.space.items()}}
        values = self.measure(trial, params)
        if values is None:
            self.study.tell(trial, state=TrialState.PRUNED)
        else:
            self.study.tell(trial, values)

    def measure(self, trial: "Trial", params: Params) -> Values | None:
        """Return both scores of the held-out rows of all folds, or None if the trial is pruned before."""
        labels = np.unique(list(self.training.labels), return_inverse=True)[1]
        scores = np.empty((len(labels), labels.max() + 1))
        values: Values = (0.0, 0.0)
        for fold in range(self.folds.max() + 1):
            scores[self.folds == fold] = self.held_out(self.method, params, self.training, self.folds == fold)
            seen = self.folds <= fold
            answers = scores[seen].argmax(1)
            f1 = float(f1_score(labels[seen], answers, average="macro", zero_division=0.0))
            values = (f1, temperature_log_loss(scores[seen], labels[seen]))
            trial.set_user_attr(f"fold {fold}", list(values))
            if self.hopeless(values, fold):
                return None
        return values

    def hopeless(self, values: Values, fold: int) -> bool:
        others: list[list[float]] = [trial.user_attrs[f"fold {fold}"] for trial in self.complete()]
        if len(others) < COMPARED:
            return False
        return values[0] < median(f1 for f1, _ in others) and values[1] > median(loss for _, loss in others)

    def chosen(self) -> Found:
        # Optuna's numbers count failed trials too, which an uninterrupted search does not have.
        by_name = {f"trial {number}": trial for number, trial in enumerate(self.done()) if trial.values}
        points = {name: dict(zip(DIRECTIONS, trial.values, strict=True)) for name, trial in by_name.items()}
        best = knee(points, DIRECTIONS)
        full = {**self.method.defaults, **by_name[best.name].params}
        notes: dict[str, str | int | float] = {f"param {key}": value for key, value in full.items()}
        pruned = len(self.done()) - len(points)
        return Found(full, notes | {"search": best.reason, "trials": len(self.done()), "pruned trials": pruned})


@contextmanager
def _study(name: str, storage: str) -> Iterator["Study"]:
    """Open or continue a study. Trials of a process that died are marked as failed, and tried again."""
    import optuna
    from optuna.storages import RDBStorage
    from optuna.trial import TrialState

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    kept = RDBStorage(storage) if storage else None
    directions: Any = ["maximize" if sign > 0 else "minimize" for sign in DIRECTIONS.values()]
    try:
        study = optuna.create_study(storage=kept, study_name=name, directions=directions, load_if_exists=True)
        for trial in study.get_trials(states=(TrialState.RUNNING, TrialState.WAITING)):
            study.tell(trial.number, state=TrialState.FAIL)
        yield study
    finally:
        if kept is not None:
            kept.remove_session()
            kept.engine.dispose()


def _suggest(trial: "Trial", name: str, of: tuple[float, float] | list[Any]) -> Any:
    if isinstance(of, list):
        return trial.suggest_categorical(name, of)
    return trial.suggest_float(name, *of, log=True)


def _digest(training: Training) -> str:
    settings = training.settings.model_dump(mode="json", include=DECIDING)
    content = json.dumps([list(training.texts), list(training.labels), settings, training.seed])
    return hashlib.sha256(content.encode()).hexdigest()[:12]
