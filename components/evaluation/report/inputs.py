"""Evaluation: the inputs of a report, filled in by the loop and by the recipe."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from components.core.config import ModelConfig
from components.core.masking import mask_values
from components.core.metric_table import METRICS, Metrics
from components.core.recipe import Workplace
from components.core.records import Comparison, Decision, RatingSummary, Scorecard
from components.evaluation.loop import EvaluationResult
from components.evaluation.report.panels import Panel
from components.evaluation.subjects import Subject


@dataclass(frozen=True)
class Noun:
    """The word for an example in the report."""

    one: str = "example"
    many: str = "examples"


@dataclass(frozen=True)
class Target:
    """A bound that a score must be above (side +1) or below (side -1).

    With `of_floor` the bound is a share of real examples' score. `extractor` is the beginning of the name of the
    extractor for which the bound was set. With `rated`, `metric` is a question that people answer, not a score.
    """

    metric: str
    side: int
    bound: float
    extractor: str = ""
    of_floor: bool = False
    rated: bool = False


@dataclass(frozen=True)
class ReportInputs:
    """All inputs of a report, before any conclusion. The base model is the first subject."""

    model: str
    about: str
    snapshot: str
    split: str
    subjects: Sequence[Subject[Any]]
    comparisons: Sequence[Comparison]
    primary: Sequence[str]  # scores, the most important one first
    looks: Sequence[int]  # examples of each subject at each look at the comparisons
    budget: int  # the largest number of examples of each subject
    metrics: Metrics = field(default_factory=lambda: METRICS)  # titles, directions, units of all scores
    shown: Sequence[str] = ()  # the main scores besides the primary ones, in the order of the first table
    noun: Noun = Noun()
    same: str = "the same examples"  # what all subjects share, so that they can be compared in pairs
    extractors: Mapping[str, str] = field(default_factory=dict)  # its role -> its label
    targets: Mapping[str, Target] = field(default_factory=dict)  # name -> bound
    unfit: Mapping[str, str] = field(default_factory=dict)  # score -> why its bounds cannot be checked
    left_out: Mapping[str, str] = field(default_factory=dict)  # score -> why it was not measured
    ratings: Sequence[RatingSummary] = ()
    test: Scorecard | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)  # phase -> seconds
    settings: Mapping[str, Any] = field(default_factory=dict)
    panels: Sequence[Panel] = ()  # the recipe's own parts of the page
    decisions: Sequence[Decision] = ()  # the last ones, made on an earlier evaluation
    beside: Mapping[str, str] = field(default_factory=dict)  # other reports: name -> relative address

    @property
    def named(self) -> bool:
        """Whether the checkpoints are different candidates with names, not steps of one training."""
        return any(subject.name for subject in self.subjects)

    @property
    def measured(self) -> list[str]:
        """All scores that any subject has, the primary ones first."""
        found = dict.fromkeys(name for subject in self.subjects for name in subject.card.scores)
        return [*(name for name in self.primary if name in found), *(n for n in found if n not in self.primary)]

    def subject_of(self, digest: str) -> Subject[Any] | None:
        """Return the subject with this digest, or None."""
        return next((subject for subject in self.subjects if digest == subject.digest), None)

    def title_of(self, digest: str) -> str:
        """Return the title of the subject with this digest, or the digest if there is none."""
        subject = self.subject_of(digest)
        return subject.title if subject else digest


def report_inputs(config: ModelConfig, result: EvaluationResult[Any], workplace: Workplace) -> ReportInputs:
    """Return the inputs that all recipes share. A recipe adds its own with `replace`: noun, panels, targets."""
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
        settings=mask_values(config.model_dump(mode="json")),
        decisions=workplace.decisions,
        beside=workplace.beside,
    )
