"""Evaluation: what a report is made of. Nouns only; the recipe and the loop fill them in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from components.core.config import ModelConfig
from components.core.metric_table import METRICS, Metrics
from components.core.recipe import Workplace
from components.core.records import Comparison, RatingSummary, Scorecard
from components.evaluation.loop import EvaluationResult
from components.evaluation.report.panels import Panel
from components.evaluation.subjects import Subject


@dataclass(frozen=True)
class Noun:
    """What the report calls an example."""

    one: str = "example"
    many: str = "examples"


@dataclass(frozen=True)
class Target:
    """A bound that a score must lie above (+1) or below (-1). With `of_floor` it is a share of real examples' score.

    `extractor` is how the name of the extractor begins that the bound was set for. With `rated`, `metric` is a question
    that people answer instead of a score.
    """

    metric: str
    side: int
    bound: float
    extractor: str = ""
    of_floor: bool = False
    rated: bool = False


@dataclass(frozen=True)
class ReportInputs:
    """Everything that a report rests on, and nothing that it concludes. Subjects: the base model first."""

    model: str
    about: str
    snapshot: str
    split: str
    subjects: Sequence[Subject[Any]]
    comparisons: Sequence[Comparison]
    primary: Sequence[str]  # scores, the most important one first
    looks: Sequence[int]  # how many examples of each subject there were at each look at the comparisons
    budget: int  # the most examples of each subject
    metrics: Metrics = field(default_factory=lambda: METRICS)  # titles, directions, units of all scores
    shown: Sequence[str] = ()  # the main scores besides the primary ones, in the order of the first table
    noun: Noun = Noun()
    same: str = "the same examples"  # what all subjects have in common, so that they can be compared in pairs
    extractors: Mapping[str, str] = field(default_factory=dict)  # what it says -> its label
    targets: Mapping[str, Target] = field(default_factory=dict)  # what is asked -> its bound
    unfit: Mapping[str, str] = field(default_factory=dict)  # score -> why no bound can be checked by it
    left_out: Mapping[str, str] = field(default_factory=dict)  # score -> why it was not measured
    ratings: Sequence[RatingSummary] = ()
    test: Scorecard | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)  # phase -> seconds
    settings: Mapping[str, Any] = field(default_factory=dict)
    panels: Sequence[Panel] = ()  # the recipe's own parts of the page

    @property
    def measured(self) -> list[str]:
        """All scores that any subject has, the primary ones first."""
        found = dict.fromkeys(name for subject in self.subjects for name in subject.card.scores)
        return [*(name for name in self.primary if name in found), *(n for n in found if n not in self.primary)]

    def subject_of(self, digest: str) -> Subject[Any] | None:
        """Return the subject that a comparison or a rating calls by this digest, or None."""
        return next((subject for subject in self.subjects if digest == subject.digest), None)

    def title_of(self, digest: str) -> str:
        """Return what people call it: the subject's title, or else the digest itself."""
        subject = self.subject_of(digest)
        return subject.title if subject else digest


def report_inputs(config: ModelConfig, result: EvaluationResult[Any], workplace: Workplace) -> ReportInputs:
    """Return what every recipe's report rests on; a recipe replaces what it has to add: its noun, panels, targets."""
    card = result.subjects[0].card
    return ReportInputs(
        model=config.model,
        about=config.about,
        snapshot=card.snapshot,
        split=card.split,
        subjects=result.subjects,
        comparisons=result.comparisons,
        primary=config.promote.primary,
        looks=result.looks,
        budget=result.budget,
        ratings=workplace.ratings,
        test=workplace.test,
        seconds=result.seconds,
        settings=config.model_dump(mode="json"),
    )
