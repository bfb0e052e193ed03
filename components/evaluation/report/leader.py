"""Evaluation: which subject leads, in one sentence that claims no more than the paired comparisons do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from components.core.records import Comparison
from components.evaluation.report.formatting import listed, title
from components.evaluation.report.inputs import ReportInputs
from components.evaluation.report.paired_results import best_of, pair, trust, winner
from components.evaluation.subjects import Subject


@dataclass(frozen=True)
class Lead:
    """The subject with the best primary score, and what the comparisons say of it. `enough` is None if not known."""

    sentence: str
    subject: Subject[Any] | None = None
    decided: bool = False
    enough: int | None = None


@dataclass(frozen=True)
class Placement:
    """How the comparisons place everybody else beside one subject, on one metric."""

    ahead_of: list[Subject[Any]] = field(default_factory=list)
    behind: list[Subject[Any]] = field(default_factory=list)
    level_with: list[Subject[Any]] = field(default_factory=list)  # compared, and undecided
    unknown: list[Subject[Any]] = field(default_factory=list)  # not compared
    open: list[Comparison] = field(default_factory=list)

    @property
    def enough(self) -> int | None:
        """How many examples would decide all that is open, or None where one comparison names no number."""
        numbers = [comparison.enough for comparison in self.open]
        known = [number for number in numbers if number is not None]
        return max(known) if known and len(known) == len(numbers) else None


def lead_of(inputs: ReportInputs) -> Lead:
    """Return who leads on the first primary score, and whether every comparison with the others says so too."""
    if not any(subject.role != "base" for subject in inputs.subjects):
        return Lead("Only the base model was scored: there is no checkpoint to choose.")
    metric = inputs.primary[0] if inputs.primary else ""
    best = best_of(inputs.subjects, metric, inputs.metrics)
    if best is None:
        return Lead(
            f"No checkpoint can be named: none has a number as its {title(metric, inputs.metrics) or 'primary score'}."
        )
    placement = placement_of(inputs, metric, best)
    contrary = _contrary(inputs, best)
    decided = trust(metric, best) and not contrary and len(placement.ahead_of) == len(inputs.subjects) - 1
    return Lead(_sentence(inputs, best, placement, contrary), best, decided, None if decided else placement.enough)


def leading_subject(inputs: ReportInputs) -> Subject[Any]:
    """Return the subject that the page shows first: the leader, or the last one where there is none."""
    return lead_of(inputs).subject or inputs.subjects[-1]


def placement_of(inputs: ReportInputs, metric: str, subject: Subject[Any]) -> Placement:
    """Return which others the subject is ahead of, behind, level with, or was not compared with."""
    placement = Placement()
    for other in inputs.subjects:
        if other is subject:
            continue
        comparison = pair(inputs, metric, subject, other)
        if comparison is None:
            placement.unknown.append(other)
        elif winner(comparison) is None:
            placement.level_with.append(other)
            placement.open.append(comparison)
        else:
            (placement.ahead_of if winner(comparison) == subject.digest else placement.behind).append(other)
    return placement


def _contrary(inputs: ReportInputs, best: Subject[Any]) -> list[str]:
    """Return the other primary metrics on which a comparison decided for somebody else, with their names."""
    worse = {name: placement_of(inputs, name, best).behind for name in inputs.primary[1:]}
    return [f"{title(name, inputs.metrics)} is better for {_names(others)}" for name, others in worse.items() if others]


def _sentence(inputs: ReportInputs, best: Subject[Any], placement: Placement, contrary: Sequence[str]) -> str:
    metric = inputs.primary[0]
    score, of_score = best.card.scores[metric], title(metric, inputs.metrics)
    measured = f"{score.n} {inputs.noun.many}"
    name = best.title[0].upper() + best.title[1:]
    if best.role == "base":
        name = "The base model"
    if not trust(metric, best):
        return f"{name} has the best {of_score}, but {measured} are too few to rank by it."
    ahead = f"is better than {_names(placement.ahead_of)}" if placement.ahead_of else ""
    open_ends = [*_open_ends(inputs, placement, score.n), *contrary]
    if not open_ends:
        return f"{name} leads: on {of_score} it {ahead}, and the paired comparisons of {measured} decide it."
    opening = f"{name} has the best {of_score}" + (f" and {ahead}" if ahead else "")
    return f"{opening}, but {'; '.join(open_ends)}."


def _open_ends(inputs: ReportInputs, placement: Placement, n: int) -> list[str]:
    found = []
    if placement.level_with:
        would = f" (about {placement.enough:,} would)" if placement.enough else " (how many would is not known)"
        found.append(f"{n} {inputs.noun.many} cannot tell it from {_names(placement.level_with)}{would}")
    if placement.behind:
        found.append(f"the paired comparison favours {_names(placement.behind)}")
    if placement.unknown:
        found.append(f"it was not compared with {_names(placement.unknown)}")
    return found


def _names(subjects: Sequence[Subject[Any]]) -> str:
    return listed([f"the {s.title}" if s.role == "base" else s.title for s in subjects])
