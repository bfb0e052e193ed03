"""Evaluation: what a report is made of. Nouns only; the evaluation fills them in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor

from components.core.records import BASE, Comparison, Rated, Score, Scorecard

Role = Literal["base", "checkpoint", "production"]


@dataclass(frozen=True)
class Neighbour:
    """A generated picture beside the training picture nearest to it. Both are uint8 (3, H, W)."""

    generated: Tensor
    training: Tensor
    file_name: str
    distance: float  # of the extractor's features; the smaller, the more alike
    memorised: bool


@dataclass(frozen=True)
class Subject:
    """One subject: its scorecard, and the pictures that are shown of it, uint8 (K, 3, H, W), K >= 0."""

    card: Scorecard
    step: int  # 0 for the base
    digest: str
    role: Role
    shown: Tensor
    slices: Mapping[str, Mapping[str, Mapping[str, Score]]]  # "colour" -> "white" -> metric -> Score
    nearest: Sequence[Neighbour]
    seconds: float  # drawing
    drawn: int
    cached: int

    @property
    def key(self) -> str:
        """Name the subject in files: `base`, `production` or `step-300`."""
        return f"step-{self.step}" if self.role == "checkpoint" else self.role

    @property
    def title(self) -> str:
        """Name the subject to people."""
        return {"base": "base model", "production": f"production (step {self.step})"}.get(
            self.role, f"step {self.step}"
        )

    @property
    def known_as(self) -> tuple[str, ...]:
        """The names that comparisons may call it by."""
        return (self.digest, BASE) if self.role == "base" else (self.digest,)


@dataclass(frozen=True)
class Head:
    """How well a classifier of one attribute names it on real held-out pictures, with a 95 % interval.

    `commonest` is the share of the commonest value: what guessing it always would score.
    """

    accuracy: float
    low: float
    high: float
    n: int
    commonest: float
    usable: bool


@dataclass(frozen=True)
class Material:
    """Everything that a report rests on, and nothing that it concludes. Subjects: the base first."""

    model: str
    about: str
    snapshot: str
    split: str
    prompts: Sequence[str]  # of the shown pictures
    subjects: Sequence[Subject]
    comparisons: Sequence[Comparison]
    primary: Sequence[str]  # metrics, the most important one first
    looks: Sequence[int]  # how many pictures of each subject there were when the comparisons were looked at
    budget: int  # the most pictures of each subject
    judges: Mapping[str, str]
    heads: Mapping[str, Head]  # attribute -> its classifier
    left_out: Mapping[str, str]  # metric -> why it was not measured
    ratings: Sequence[Rated]
    test: Scorecard | None
    seconds: Mapping[str, float]  # phase -> seconds
    settings: Mapping[str, Any]

    @property
    def metrics(self) -> list[str]:
        """All metrics that any subject has a score of, the primary ones first."""
        measured = dict.fromkeys(name for subject in self.subjects for name in subject.card.scores)
        return [*(name for name in self.primary if name in measured), *(n for n in measured if n not in self.primary)]

    def subject_of(self, digest: str) -> Subject | None:
        """Return the subject that a comparison or a rating calls by this name, or None."""
        return next((subject for subject in self.subjects if digest in subject.known_as), None)

    def title_of(self, digest: str) -> str:
        """Return what people call it: the subject's title, or else the digest itself."""
        subject = self.subject_of(digest)
        return subject.title if subject else digest
