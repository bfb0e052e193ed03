"""Failure modes: the sections of the YAML of a model that classifies maintenance comments."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from components.core.config import ModelConfig
from components.core.files import digest_of
from components.core.strict import Strict, unit
from components.data.split_shares import SplitShares
from components.recipes.failure_modes.candidates import LADDER
from components.recipes.failure_modes.candidates.settings import LadderSettings
from components.recipes.failure_modes.reading import Reading

PositiveInt = Annotated[int, Field(gt=0)]
Share = Annotated[float, Field(gt=0, lt=1), unit("share")]


class SplitSettings(SplitShares):
    """How comments are put into splits. Comments that are alike share a split, and keep it in later snapshots."""

    by: Literal["label", "date", "given"] = "label"
    """`label`: each failure mode in the shares of the splits. `date`: the oldest for training, the newest for the test.
    `given`: the table's column `data.split_column` names the split; splits that it never names are taken from train."""

    @property
    def shares(self) -> dict[str, int]:
        return {"train": self.train, "validation": self.validation, "test": self.test}


class RareClasses(Strict):
    """What becomes of failure modes with few comments."""

    fewer_than: Annotated[int, Field(ge=1), unit("comments")] = 4
    """A failure mode with fewer different comments is rare."""
    rule: Literal["merge", "drop", "keep"] = "drop"
    """`merge` gives rare ones the label `into`, `drop` quarantines their comments, `keep` leaves them as they are."""
    into: str = "Other"
    """The label of merged failure modes."""


class DataSettings(Strict):
    """Which columns of the table are read, how comments are repaired, and how they are split."""

    catalogue: str
    """A CSV file, a folder with one, or `invented`: the comments that the project invents itself."""
    text: str = "text"
    """The column with the comments."""
    label: str | None = "label"
    """The column with the failure modes. `null` reads a table without labels, which can be monitored only."""
    date: str | None = "date"
    """The column with dates, if the table has it."""
    asset: str | None = "asset"
    """The column with what the comment is about, such as a machine, if the table has it."""
    split_column: str | None = "split"
    """The column with given splits, if the table has it: train, validation (or dev), test."""
    reading: Reading = Reading()
    rare: RareClasses = RareClasses()
    split: SplitSettings = SplitSettings()
    near_duplicate: Annotated[float, Field(gt=0.5, le=1), unit("share")] = 0.85
    """Comments that share at least this part of their letter trigrams (Jaccard) share a split; 1: equal ones only."""
    smallest_split: Annotated[PositiveInt, unit("comments")] = 16
    """The smallest number of comments in each split; fewer are an error."""


class TrainSettings(LadderSettings):
    """The candidates, and how each is fitted. Each candidate becomes a version."""

    candidates: Sequence[str] = tuple(LADDER)
    """The candidates, in the order of their steps: of two that are equally good the earlier one wins, so put simpler
    ones first. One that cannot run on this machine is left out, with the reason."""

    @model_validator(mode="after")
    def _candidates_exist(self) -> "TrainSettings":
        unknown = [name for name in self.candidates if name not in LADDER]
        if unknown or not self.candidates or len(set(self.candidates)) < len(self.candidates):
            found = f"unknown candidate {', '.join(unknown)}" if unknown else "candidates is empty or has one twice"
            raise ValueError(f"{found}; known: {', '.join(LADDER)}")
        return self


class EvaluateSettings(Strict):
    """How versions are scored, and what a prediction says."""

    critical: Sequence[str] = ()
    """Failure modes that must not get worse: slices of `promote.slices`, as `failure mode=NAME`. Empty: all of them."""


class AnswerSettings(Strict):
    """What a prediction says. A version keeps the settings of its training."""

    top: Annotated[PositiveInt, unit("failure modes")] = 3
    """How many of the likeliest failure modes a prediction lists."""
    precision: Share = 0.9
    """The share of answers that must be right. A version abstains below the confidence from which on its held-out
    answers were right that often."""


class FailureModesConfig(ModelConfig):
    """A classifier of maintenance comments into failure modes, chosen from a ladder of candidates."""

    data: DataSettings
    train: TrainSettings = TrainSettings()
    answer: AnswerSettings = AnswerSettings()
    evaluate: EvaluateSettings = EvaluateSettings()

    def training_digest(self, snapshot: str) -> str:
        """Return the digest of all that a version depends on: it reads comments as they were read for its training."""
        return digest_of([super().training_digest(snapshot), self.data.reading.model_dump(mode="json")])
