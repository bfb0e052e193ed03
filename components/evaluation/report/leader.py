"""Evaluation: which subject leads, in one sentence that the paired comparisons support."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from components.core.differences import practically_equal
from components.core.records import Comparison
from components.evaluation.report.formatting import join_names, title
from components.evaluation.report.inputs import ReportInputs
from components.evaluation.report.paired_results import best_subject, can_rank, equality, find_comparison, winner
from components.evaluation.subjects import Subject


@dataclass(frozen=True)
class Leader:
    """The subject with the best primary score, and whether the comparisons decide for it.

    `enough` is the number of examples that would decide, None if it is not known, not practical, or nothing is open.
    """

    sentence: str
    subject: Subject[Any] | None = None
    decided: bool = False
    enough: int | None = None


@dataclass(frozen=True)
class Placement:
    """How the other subjects compare with one subject on one metric."""

    ahead_of: list[Subject[Any]] = field(default_factory=list)
    behind: list[Subject[Any]] = field(default_factory=list)
    level_with: list[Subject[Any]] = field(default_factory=list)  # compared, but undecided
    unknown: list[Subject[Any]] = field(default_factory=list)  # not compared
    open: list[Comparison] = field(default_factory=list)

    @property
    def enough(self) -> int | None:
        """The number of examples that would decide all open comparisons, None if one has no practical number."""
        numbers = [None if practically_equal(comparison) else comparison.enough for comparison in self.open]
        known = [number for number in numbers if number is not None]
        return max(known) if known and len(known) == len(numbers) else None


def find_leader(inputs: ReportInputs) -> Leader:
    """Return the leader on the first primary score, and whether every comparison with the others confirms it."""
    if not any(subject.role != "base" for subject in inputs.subjects):
        return Leader("Only the base model was scored: there is no checkpoint to choose.")
    metric = inputs.primary[0] if inputs.primary else ""
    best = best_subject(inputs.subjects, metric, inputs.metrics)
    if best is None:
        return Leader(
            f"No checkpoint can be named: none has a finite {title(metric, inputs.metrics) or 'primary score'}."
        )
    placement = placement_of(inputs, metric, best)
    contrary = _favoured_on_other_scores(inputs, best)
    decided = can_rank(metric, best) and not contrary and len(placement.ahead_of) == len(inputs.subjects) - 1
    return Leader(_sentence(inputs, best, placement, contrary), best, decided, None if decided else placement.enough)


def leading_subject(inputs: ReportInputs) -> Subject[Any]:
    """Return the subject that the page shows first: the leader, or the last subject if there is no leader."""
    return find_leader(inputs).subject or inputs.subjects[-1]


def placement_of(inputs: ReportInputs, metric: str, subject: Subject[Any]) -> Placement:
    """Return the other subjects that this one is ahead of, behind, level with, or not compared with."""
    placement = Placement()
    for other in inputs.subjects:
        if other is subject:
            continue
        comparison = find_comparison(inputs, metric, subject, other)
        if comparison is None:
            placement.unknown.append(other)
        elif winner(comparison) is None:
            placement.level_with.append(other)
            placement.open.append(comparison)
        else:
            (placement.ahead_of if winner(comparison) == subject.digest else placement.behind).append(other)
    return placement


def _favoured_on_other_scores(inputs: ReportInputs, best: Subject[Any]) -> list[str]:
    """Return a phrase for each other primary metric on which a comparison favours another subject."""
    worse = {name: placement_of(inputs, name, best).behind for name in inputs.primary[1:]}
    return [f"{title(name, inputs.metrics)} is better for {_names(others)}" for name, others in worse.items() if others]


def _sentence(inputs: ReportInputs, best: Subject[Any], placement: Placement, contrary: Sequence[str]) -> str:
    metric = inputs.primary[0]
    score, of_score = best.card.scores[metric], title(metric, inputs.metrics)
    measured = f"{score.n} {inputs.noun.many}"
    name = best.title[0].upper() + best.title[1:]
    if best.role == "base":
        name = "The base model"
    if not can_rank(metric, best):
        return f"{name} has the best {of_score}, but {measured} are too few to rank by it."
    ahead = f"is better than {_names(placement.ahead_of)}" if placement.ahead_of else ""
    undecided = [*_undecided(inputs, placement, score.n), *contrary]
    if not undecided:
        return f"{name} leads: on {of_score} it {ahead}, and the paired comparisons of {measured} decide it."
    opening = f"{name} has the best {of_score}" + (f" and {ahead}" if ahead else "")
    return f"{opening}, but {'; '.join(undecided)}."


def _undecided(inputs: ReportInputs, placement: Placement, n: int) -> list[str]:
    found = []
    level = list(zip(placement.level_with, placement.open, strict=True))
    equal = [(subject, comparison) for subject, comparison in level if practically_equal(comparison) is not None]
    near = [(subject, comparison) for subject, comparison in level if practically_equal(comparison) is None]
    if near:
        enough = Placement(open=[comparison for _, comparison in near]).enough
        would = f" (about {enough:,} would)" if enough else " (how many would is not known)"
        found.append(f"{n} {inputs.noun.many} cannot distinguish it from {_names([s for s, _ in near])}{would}")
    if equal:
        them = _names([subject for subject, _ in equal])
        found.append(f"{them} {'are' if equal[1:] else 'is'} {equality([c for _, c in equal], inputs.metrics)}")
    if placement.behind:
        found.append(f"the paired comparison favours {_names(placement.behind)}")
    if placement.unknown:
        found.append(f"it was not compared with {_names(placement.unknown)}")
    return found


def _names(subjects: Sequence[Subject[Any]]) -> str:
    return join_names([f"the {s.title}" if s.role == "base" else s.title for s in subjects])
