"""Core: the records that rooms exchange, in the order of a lifecycle, from Ingestion to Decision and Rating."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic

from typing_extensions import TypeVar

E = TypeVar("E", covariant=True, default=Mapping[str, Any])  # a recipe's own example, a TypedDict
Splits = Mapping[str, Sequence[Any]]  # examples by split

BASE = "base"  # the subject of the scorecard of the untrained base model
REAL = "real"  # the subject of ratings of real examples, with which a model is compared


def checkpoint_title(step: int | str, name: str = "") -> str:
    """Return what people call a checkpoint: its name, else its step.

    >>> checkpoint_title(300), checkpoint_title(2, "naive Bayes")
    ('step 300', 'naive Bayes')
    """
    return name or f"step {step}"


@dataclass(frozen=True, slots=True)
class Ingestion:
    """Counts of an ingestion: a row is selected or not, and a selected row is kept or quarantined."""

    rows: int
    selected: int
    kept: int
    repaired: Mapping[str, int]  # reason -> rows
    quarantined: Mapping[str, int]  # reason -> rows, over all rows read
    notes: Mapping[str, int] = field(default_factory=dict)  # other counts, such as ignored side files
    read_as: Mapping[str, str] = field(default_factory=dict)  # what was detected, such as the encoding of a table


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[E]):
    """An immutable set of examples, named by the hash of its content. `folder` has the files that examples name."""

    digest: str
    folder: Path
    splits: Mapping[str, Sequence[E]]

    @property
    def sizes(self) -> dict[str, int]:
        return {name: len(examples) for name, examples in self.splits.items()}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Trained weights in a folder, at one optimizer step. `digest` is the sha256 of the weights alone (12 hex digits).

    Where checkpoints are not steps of one training but different candidates, `name` says which one this is, and `step`
    is its place among them.

    `base_model` is the folder or hub id of the base model, and `base_digest` the digest of its files; both are empty
    without a base model.
    """

    folder: Path
    step: int
    digest: str
    base_model: str = ""
    base_digest: str = ""
    name: str = ""

    @property
    def title(self) -> str:
        return checkpoint_title(self.step, self.name)


@dataclass(frozen=True, slots=True)
class Score:
    """One measured number, with its 95 % interval [low, high] and the number of examples it was measured on.

    `extractor` is `name@digest` of what turned the examples into features, or empty. `floor` is the score of real
    examples against real ones at this n. `honest` is false below the metric's smallest honest n.
    """

    value: float
    n: int
    low: float
    high: float
    extractor: str = ""
    floor: float | None = None
    honest: bool = True
    smallest_n: int = 0  # examples from which on the score can rank versions; 0 if unknown


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The scores of one subject (`step-300`, or `base`) on one split of one snapshot."""

    subject: str
    snapshot: str
    split: str
    scores: Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference of two subjects in one metric, on the same examples.

    `ours` and `theirs` are digests of weights, or BASE. `difference` is the value of ours minus that of theirs, in the
    metric's unit, and [low, high] its 95 % interval. `better` is the probability, in [0, 1], that ours is better; it is
    in [0.025, 0.975] if the interval contains 0. `n` is the number of examples of each. `enough` is the number that
    would decide if the difference and its spread stay as measured, or None without a difference or spread. `method` is
    "paired bootstrap", "paired jackknife" or "confidence sequence": only the last stays valid when it is computed
    repeatedly while examples are generated. `part` is a slice such as "colour=white", or empty for all examples.
    """

    metric: str
    ours: str
    theirs: str
    difference: float
    low: float
    high: float
    better: float
    n: int
    enough: int | None
    method: str
    part: str = ""

    @property
    def decided(self) -> bool:
        """Whether 0 is outside the interval, so that one of the two is better."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The result of scoring: a scorecard per checkpoint in their order, the base model's if any, and comparisons."""

    scorecards: Sequence[Scorecard]
    comparisons: Sequence[Comparison] = ()

    @property
    def trained(self) -> list[Scorecard]:
        return [card for card in self.scorecards if card.subject != BASE]

    @property
    def base(self) -> Scorecard | None:
        return next((card for card in self.scorecards if card.subject == BASE), None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A registered version with its scorecard. `digest` is that of its weights; `name` is that of its checkpoint."""

    version: int
    step: int
    scorecard: Scorecard
    digest: str = ""
    name: str = ""

    @property
    def title(self) -> str:
        return checkpoint_title(self.step, self.name)


class Verdict(StrEnum):
    PROMOTE = "PROMOTE"
    HOLD = "HOLD"
    REJECT = "REJECT"


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision on one version: the verdict, the rule that fired, and the reason in one sentence."""

    version: int
    verdict: Verdict
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rating:
    """One person's answer about one output. `digest` is that of the checkpoint, or `base` or `real`."""

    model: str
    snapshot: str
    digest: str
    item: str  # sha256 of the file that was rated
    rater: str
    question: str
    score: int  # 1 to 5, 5 is best


@dataclass(frozen=True, slots=True)
class RatingSummary:
    """The ratings of one subject on one question: the mean score in [1, 5] with its 95 % interval [low, high].

    `n` counts answers. `agreement` is Krippendorff's ordinal alpha (1: all agree, 0: no better than chance), or None if
    no two raters share items, or all scores are equal.
    """

    digest: str
    question: str
    mean: float
    low: float
    high: float
    n: int
    agreement: float | None
