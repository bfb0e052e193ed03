"""Tests: a search that was interrupted continues with the same trials, and hopeless trials are pruned."""

from pathlib import Path

import optuna
import pytest

from components.recipes.failure_modes.candidates import LadderSettings, fit_candidate
from components.recipes.failure_modes.candidates.model import FittedModel
from tests.components.recipes.failure_modes.comments import comments

NAME = "complement-naive-bayes"


def fitted(storage: str, trials: int) -> FittedModel:
    settings = LadderSettings(folds=2, search_folds=2, trials=trials, storage=storage)
    return fit_candidate(NAME, *comments(), settings, seed=1)


def trials_of(storage: str) -> list[dict[str, object]]:
    (name,) = optuna.get_all_study_names(storage)
    study = optuna.load_study(study_name=name, storage=storage)
    return [{**t.params, "values": t.values, "state": t.state.name} for t in study.trials if t.state.name != "FAIL"]


@pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")
def test_an_interrupted_search_ends_with_the_trials_of_an_uninterrupted_one(tmp_path: Path) -> None:
    whole, parts = (f"sqlite:///{tmp_path}/{name}.db" for name in ("whole", "parts"))
    one = fitted(whole, 8)
    fitted(parts, 3)
    (name,) = optuna.get_all_study_names(parts)
    optuna.load_study(study_name=name, storage=parts).ask()  # the process dies in this trial
    two = fitted(parts, 8)
    assert trials_of(whole) == trials_of(parts)
    assert one.notes == two.notes
    assert one.notes["trials"] == 8


def test_the_first_trial_has_the_defaults_and_the_reason_is_kept(tmp_path: Path) -> None:
    storage = f"sqlite:///{tmp_path}/study.db"
    model = fitted(storage, 2)
    assert trials_of(storage)[0]["alpha"] == 0.3
    assert "trial" in str(model.notes["search"])


def test_without_trials_the_defaults_are_used() -> None:
    settings = LadderSettings(folds=2)
    model = fit_candidate(NAME, *comments(), settings, seed=1)
    assert model.notes == {"param alpha": 0.3, "param words": 2}
