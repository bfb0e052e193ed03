"""Evaluation: which subject leads, in one sentence that is never surer than the paired comparisons are."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from components.core.records import Comparison
from components.evaluation.report.formatting import listed, title
from components.evaluation.report.inputs import Material, Subject
from components.evaluation.report.paired_results import best_of, pair, trust, winner


@dataclass(frozen=True)
class Lead:
    """Who has the best primary score, and what the comparisons make of it. `enough` is None where nobody can say."""

    sentence: str
    subject: Subject | None = None
    decided: bool = False
    enough: int | None = None


@dataclass(frozen=True)
class Standing:
    """How the comparisons place everybody else beside one subject, on one metric."""

    ahead_of: list[Subject] = field(default_factory=list)
    behind: list[Subject] = field(default_factory=list)
    level_with: list[Subject] = field(default_factory=list)  # compared, and undecided
    unknown: list[Subject] = field(default_factory=list)  # not compared
    open: list[Comparison] = field(default_factory=list)

    @property
    def enough(self) -> int | None:
        """How many pictures would decide all that is open, or None where one comparison names no number."""
        numbers = [comparison.enough for comparison in self.open]
        known = [number for number in numbers if number is not None]
        return max(known) if known and len(known) == len(numbers) else None


def lead_of(material: Material) -> Lead:
    """Return who leads on the first primary metric, and whether every comparison with the others says so too."""
    if not any(subject.role != "base" for subject in material.subjects):
        return Lead("Only the base model was scored: there is no checkpoint to choose.")
    metric = material.primary[0] if material.primary else ""
    best = best_of(list(material.subjects), metric)
    if best is None:
        return Lead(f"No checkpoint can be named: none has a number as its {title(metric) or 'primary score'}.")
    standing = standing_of(material, metric, best)
    contrary = _contrary(material, best)
    decided = trust(material, metric, best) and not contrary and len(standing.ahead_of) == len(material.subjects) - 1
    return Lead(_sentence(material, best, standing, contrary), best, decided, None if decided else standing.enough)


def standing_of(material: Material, metric: str, subject: Subject) -> Standing:
    """Return which others the subject is ahead of, behind, level with, or was not compared with."""
    standing = Standing()
    for other in material.subjects:
        if other is subject:
            continue
        comparison = pair(material, metric, subject, other)
        if comparison is None:
            standing.unknown.append(other)
        elif winner(comparison) is None:
            standing.level_with.append(other)
            standing.open.append(comparison)
        else:
            (standing.ahead_of if winner(comparison) in subject.known_as else standing.behind).append(other)
    return standing


def _contrary(material: Material, best: Subject) -> list[str]:
    """Return the other primary metrics on which a comparison decided for somebody else, with their names."""
    worse = {name: standing_of(material, name, best).behind for name in material.primary[1:]}
    return [f"{title(name)} is better for {_names(others)}" for name, others in worse.items() if others]


def _sentence(material: Material, best: Subject, standing: Standing, contrary: Sequence[str]) -> str:
    metric = material.primary[0]
    score = best.card.scores[metric]
    name = best.title[0].upper() + best.title[1:]
    if best.role == "base":
        name = "The base model"
    if not trust(material, metric, best):
        return f"{name} has the best {title(metric)}, but {score.n} pictures are too few to rank by it."
    ahead = f"is better than {_names(standing.ahead_of)}" if standing.ahead_of else ""
    doubts = [*_doubts(standing, score.n), *contrary]
    if not doubts:
        return (
            f"{name} leads: on {title(metric)} it {ahead}, and the paired comparisons of {score.n} pictures decide it."
        )
    opening = f"{name} has the best {title(metric)}" + (f" and {ahead}" if ahead else "")
    return f"{opening}, but {'; '.join(doubts)}."


def _doubts(standing: Standing, n: int) -> list[str]:
    doubts = []
    if standing.level_with:
        would = f" (about {standing.enough:,} would)" if standing.enough else " (how many would is not known)"
        doubts.append(f"{n} pictures cannot tell it from {_names(standing.level_with)}{would}")
    if standing.behind:
        doubts.append(f"the paired comparison favours {_names(standing.behind)}")
    if standing.unknown:
        doubts.append(f"it was not compared with {_names(standing.unknown)}")
    return doubts


def _names(subjects: Sequence[Subject]) -> str:
    return listed([f"the {s.title}" if s.role == "base" else s.title for s in subjects])
