"""Core: the nouns of the house, in the order data meets them, from Snapshot to Decision and Rating."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic

from typing_extensions import TypeVar

E = TypeVar("E", covariant=True, default=Mapping[str, Any])  # a recipe's own example, a TypedDict
Splits = Mapping[str, Sequence[Any]]  # examples by split

BASE = "base"  # the subject of the scorecard of the untrained base model
REAL = "real"  # the subject of ratings that stands for real examples: the floor that a model is held against


@dataclass(frozen=True, slots=True)
class Ingestion:
    """What became of a catalogue: every row is selected or not, every selected row is kept or quarantined."""

    rows: int
    selected: int
    kept: int
    repaired: Mapping[str, int]  # reason -> rows
    quarantined: Mapping[str, int]  # reason -> rows, over all rows read
    notes: Mapping[str, int] = field(default_factory=dict)  # other things counted, e.g. side files ignored


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[E]):
    """An immutable set of examples, named by the hash of its content. `folder` holds the files that examples name."""

    digest: str
    folder: Path
    splits: Mapping[str, Sequence[E]]

    @property
    def sizes(self) -> dict[str, int]:
        return {name: len(examples) for name, examples in self.splits.items()}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Trained weights in a folder, at one optimizer step. `digest` is the sha256 of the weights alone (12 hex digits).

    `base_model` is what the weights sit on, as it can be loaded (a folder or a hub id), and `base_digest` names its
    files; both are empty if there is none.
    """

    folder: Path
    step: int
    digest: str
    base_model: str = ""
    base_digest: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One measured number, with its 95 % interval [low, high] and the number of examples it was measured on.

    `extractor` names what looked at the examples (with its digest, `name@digest`), empty where nothing did; `floor`
    is what real examples score against real ones at this n; `honest` is false below the metric's smallest honest n.
    """

    value: float
    n: int
    low: float
    high: float
    extractor: str = ""
    floor: float | None = None
    honest: bool = True
    smallest_n: int = 0  # from how many examples on the score ranks anything; 0 where nobody has said so


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What one subject (`step-300`, or `base`) scored on one split of one snapshot."""

    subject: str
    snapshot: str
    split: str
    scores: Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far two subjects are apart in one metric, on the same examples.

    `ours` and `theirs` are the digests of the adapters' weights, or BASE. `difference` is the value of ours minus that
    of theirs, in the metric's unit, and [low, high] its 95 % interval. `better` is the probability, in [0, 1], that
    ours is the better one; it lies in [0.025, 0.975] where the interval holds 0. `n` counts the examples of each, and
    `enough` those that would decide if the difference and its spread are as seen; None where there is no difference or
    no spread to go by. `method` is "paired bootstrap", "paired jackknife" or "confidence sequence": only the last may
    be looked at again and again while examples are generated. `part` is a slice such as "colour=white", empty for all.
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
        """Whether 0 lies outside the interval: one of the two is the better one."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What scoring gives: a scorecard a checkpoint in their order, the base model's if any, and who beats whom."""

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
    """A registered version together with the scorecard that speaks for it. `digest` names its weights."""

    version: int
    step: int
    scorecard: Scorecard
    digest: str = ""


class Verdict(StrEnum):
    PROMOTE = "PROMOTE"
    HOLD = "HOLD"
    REJECT = "REJECT"


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one version: the verdict, the rule that fired, and the reason in one sentence."""

    version: int
    verdict: Verdict
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rating:
    """One person's answer about one output. `digest` names whose output it is: a checkpoint's, `base` or `real`."""

    model: str
    snapshot: str
    digest: str
    item: str  # sha256 of the file that was rated
    rater: str
    question: str
    score: int  # 1 to 5, 5 is best


@dataclass(frozen=True, slots=True)
class Rated:
    """What people said about one subject on one question: the mean score in [1, 5] with its 95 % interval [low, high].

    `n` counts answers; `agreement` is Krippendorff's ordinal alpha (1: all agree, 0: no better than chance), or None
    where no two raters share items, or all gave the same score.
    """

    digest: str
    question: str
    mean: float
    low: float
    high: float
    n: int
    agreement: float | None
