"""Evaluation: where the validation score turns, and whether the pictures can tell."""

from dataclasses import dataclass
from typing import Literal

from components.core.records import Comparison
from components.evaluation.report.formatting import probability, title
from components.evaluation.report.inputs import Material, Subject
from components.evaluation.report.paired_results import best_of, chance_of, difference_words, pair, trust, winner


@dataclass(frozen=True)
class Turn:
    """`turned`: training went on after the best step and the score got worse. The steps are None without a curve."""

    outcome: Literal["turned", "not seen", "cannot say"]
    sentence: str
    best_step: int | None = None
    last_step: int | None = None


def turn_of(material: Material) -> Turn:
    """Return whether the last checkpoint is worse than the best one, by their comparison on the primary metric."""
    metric = material.primary[0] if material.primary else ""
    trained = [s for s in material.subjects if s.role == "checkpoint" and trust(material, metric, s)]
    best, last = best_of(trained, metric), max(trained, key=lambda s: s.step, default=None)
    if best is None or last is None or len(trained) < 2:
        return Turn("cannot say", "A curve needs two checkpoints with a score that may rank: there are fewer.")
    if best is last:
        return Turn("not seen", _unturned(material, metric, best, trained), best.step, last.step)
    comparison = pair(material, metric, best, last)
    if comparison is None:
        told = f"{title(metric)} is best at step {best.step}, and the last step, {last.step}, was not compared with it."
        return Turn("cannot say", told, best.step, last.step)
    return _judged(comparison, best, last)


def _judged(comparison: Comparison, best: Subject, last: Subject) -> Turn:
    metric, by = title(comparison.metric), difference_words(comparison)
    chance = probability(chance_of(best, comparison))
    steps = best.step, last.step
    if winner(comparison) in best.known_as:
        told = f"{metric} turns after step {best.step}: the last step, {last.step}, is worse by {by}"
        return Turn("turned", f"{told}; the probability that step {best.step} is better is {chance}.", *steps)
    if winner(comparison) is not None:
        told = (
            f"{metric} is best at step {best.step}, but the paired comparison favours the last step, {last.step}: {by}."
        )
        return Turn("not seen", told, *steps)
    more = f"; about {comparison.enough:,} pictures would decide" if comparison.enough else ""
    told = f"{metric} is best at step {best.step}, but its difference to the last step, {last.step}, is {by}"
    return Turn(
        "cannot say", f"{told}, which includes 0 (probability that step {best.step} is better: {chance}){more}.", *steps
    )


def _unturned(material: Material, metric: str, best: Subject, trained: list[Subject]) -> str:
    second = best_of([s for s in trained if s is not best], metric)
    comparison = pair(material, metric, best, second) if second else None
    told = f"{title(metric)} is best at the last step, {best.step}: up to there it has not turned"
    if second is None or comparison is None or comparison.decided:
        return f"{told}."
    return f"{told}, though {comparison.n} pictures cannot tell it from step {second.step}."
