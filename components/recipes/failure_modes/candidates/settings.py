"""Recipe failure_modes: how the candidates are fitted, a section of the model's YAML."""

from typing import Annotated, Literal

from pydantic import Field

from components.core.strict import Strict


class LadderSettings(Strict):
    """How the candidates are searched, fitted and calibrated."""

    folds: Annotated[int, Field(ge=2, le=20)] = 5
    """Folds of the cross-validation whose held-out predictions calibrate the probabilities."""

    trials: Annotated[int, Field(ge=0)] = 0
    """Trials of Optuna for each candidate. 0 fits the candidate's own default values."""

    search_folds: Annotated[int, Field(ge=2, le=20)] = 3
    """Folds of the cross-validation inside the search."""

    storage: str = ""
    """Address of the database that keeps Optuna's study, such as `sqlite:////path/study.db`; empty: it is not kept."""

    study: str = "failure-modes"
    """Name under which the study is kept. A study of the same name is continued."""

    class_weights: Literal["none", "balanced"] | dict[str, Annotated[float, Field(gt=0)]] = "none"
    """Weight of each class in training: `none`, `balanced`, or a table of class: weight, where others have 1."""
