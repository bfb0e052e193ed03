"""Benchmarks / replay: what is written down of each day, of each training, and of Production's score."""

from dataclasses import dataclass

from components.core.retraining import RetrainingDecision
from components.drift.verdict import DriftVerdict


@dataclass(frozen=True, slots=True)
class Day:
    """One day: the look, its verdict, and the decision. Before the first version there is no look."""

    day: int
    look: int  # since the promotion
    new_rows: int
    verdict: DriftVerdict | None
    drifting: tuple[str, ...]  # all columns that drift, not only the one that the verdict names
    decision: RetrainingDecision
    unchanged: bool  # neither the new rows nor those that Production was trained on have a row of an event
    asked: bool = False  # a person started the lifecycle on this day


@dataclass(frozen=True, slots=True)
class Training:
    """A training, from its start to its end in hours since the first midnight."""

    version: int
    day: int
    begins: float
    ends: float
    cause: str  # the rule that started it, or `asked`
    sentence: str
    gpu_hours: float
    dies: float | None = None  # when its machine dies
    lost_hours: float = 0.0  # GPU hours whose work was not saved


@dataclass(frozen=True, slots=True)
class Measured:
    """A score with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a trained version, and how it compares with the one in production on the newest validation rows.

    `benefit` has by primary score how much better it is: above 0 is better. It is empty for the first version.
    `clear` says whether it is better by the rule with which promotions are decided.
    """

    training: Training
    day: int
    verdict: str
    rule: str
    reason: str
    scores: dict[str, Measured]
    spoilt: float  # share of its training pictures that are spoilt
    prompts: int
    against: int | None
    benefit: dict[str, Measured]
    clear: bool


@dataclass(frozen=True, slots=True)
class Point:
    """Production's KID on the newest validation rows of a day."""

    day: int
    version: int
    kid: Measured


@dataclass(frozen=True, slots=True)
class History:
    """The whole simulated time."""

    days: tuple[Day, ...]
    outcomes: tuple[Outcome, ...]
    points: tuple[Point, ...]
