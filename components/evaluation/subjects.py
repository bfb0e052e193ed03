"""Evaluation: subjects: the base model and the checkpoints, one record for the loop and the report."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from torch import Tensor

from components.core.recipe import Workplace
from components.core.records import BASE, Checkpoint, Score, Scorecard, checkpoint_title

Role = Literal["base", "checkpoint", "production"]
Outputs = TypeVar("Outputs")  # what a recipe keeps of a subject's outputs: pictures, answers, features
SliceScores = Mapping[str, Mapping[str, Mapping[str, Score]]]  # "colour" -> "white" -> metric -> Score


@dataclass(frozen=True)
class Work:
    """The work for one subject's outputs: the seconds, the outputs generated now, those from the cache."""

    seconds: float = 0.0
    generated: int = 0
    cached: int = 0


NO_WORK = Work()


@dataclass(frozen=True)
class Subject(Generic[Outputs]):
    """The base model or one checkpoint: its outputs, their values by score, and its scores.

    `values` are (N,) by score, NaN where a score does not apply to an example. `card` and `slices` are empty until all
    outputs are complete.
    """

    step: int  # 0 for the base model
    digest: str  # of the weights; BASE for the base model
    role: Role  # `production`: the version in production, if it is of another training than the checkpoints
    card: Scorecard
    outputs: Outputs
    values: Mapping[str, Tensor] = field(default_factory=dict)
    slices: SliceScores = field(default_factory=dict)
    work: Work = NO_WORK
    promoted: bool = False  # it is in production, and a checkpoint of this training
    name: str = ""  # of the checkpoint, where it has one

    @property
    def in_production(self) -> bool:
        return self.promoted or self.role == "production"

    @property
    def key(self) -> str:
        """The subject's name in files: `base`, `production` or `step-300`."""
        return f"step-{self.step}" if self.role == "checkpoint" else self.role

    @property
    def title(self) -> str:
        """The subject's name in the report."""
        own = checkpoint_title(self.step, self.name)
        names = {"base": "base model", "production": f"production ({own} of another training)"}
        return names.get(self.role, own + (" (in production)" if self.promoted else ""))


def role_of(checkpoint: Checkpoint | None, workplace: Workplace) -> Role:
    """Return the role of a checkpoint; None is the base model."""
    if checkpoint is None:
        return "base"
    foreign = workplace.other_training and checkpoint.digest == workplace.production
    return "production" if foreign else "checkpoint"


def name_in_scorecards(checkpoint: Checkpoint | None) -> str:
    return f"step-{checkpoint.step}" if checkpoint else BASE
