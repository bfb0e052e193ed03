"""Evaluation: where the validation score turns, and whether the examples can tell."""

from dataclasses import dataclass
from typing import Any, Literal

from components.core.records import Comparison
from components.evaluation.report.formatting import probability, title
from components.evaluation.report.inputs import ReportInputs
from components.evaluation.report.paired_results import best_of, chance_of, difference_words, pair, trust, winner
from components.evaluation.subjects import Subject


@dataclass(frozen=True)
class Overfitting:
    """`turned`: training went on after the best step and the score got worse. The steps are None without a curve."""

    outcome: Literal["turned", "not seen", "cannot say"]
    sentence: str
    best_step: int | None = None
    last_step: int | None = None


def overfitting_of(inputs: ReportInputs) -> Overfitting:
    """Return whether the last checkpoint is worse than the best one, by their comparison on the primary metric."""
    metric = inputs.primary[0] if inputs.primary else ""
    trained = [s for s in inputs.subjects if s.role == "checkpoint" and trust(metric, s)]
    best, last = best_of(trained, metric, inputs.metrics), max(trained, key=lambda s: s.step, default=None)
    if best is None or last is None or len(trained) < 2:
        return Overfitting("cannot say", "A curve needs two checkpoints with a score that may rank: there are fewer.")
    if best is last:
        return Overfitting("not seen", _unturned(inputs, metric, best, trained), best.step, last.step)
    comparison = pair(inputs, metric, best, last)
    if comparison is None:
        name = title(metric, inputs.metrics)
        told = f"{name} is best at step {best.step}, and the last step, {last.step}, was not compared with it."
        return Overfitting("cannot say", told, best.step, last.step)
    return _compared(inputs, comparison, best, last)


def _compared(inputs: ReportInputs, comparison: Comparison, best: Subject[Any], last: Subject[Any]) -> Overfitting:
    metric, by = title(comparison.metric, inputs.metrics), difference_words(comparison, inputs.metrics)
    chance = probability(chance_of(best, comparison))
    steps = best.step, last.step
    if winner(comparison) == best.digest:
        told = f"{metric} turns after step {best.step}: the last step, {last.step}, is worse by {by}"
        return Overfitting("turned", f"{told}; the probability that step {best.step} is better is {chance}.", *steps)
    if winner(comparison) is not None:
        told = (
            f"{metric} is best at step {best.step}, but the paired comparison favours the last step, {last.step}: {by}."
        )
        return Overfitting("not seen", told, *steps)
    more = f"; about {comparison.enough:,} {inputs.noun.many} would decide" if comparison.enough else ""
    told = f"{metric} is best at step {best.step}, but its difference to the last step, {last.step}, is {by}"
    return Overfitting(
        "cannot say", f"{told}, which includes 0 (probability that step {best.step} is better: {chance}){more}.", *steps
    )


def _unturned(inputs: ReportInputs, metric: str, best: Subject[Any], trained: list[Subject[Any]]) -> str:
    second = best_of([s for s in trained if s is not best], metric, inputs.metrics)
    comparison = pair(inputs, metric, best, second) if second else None
    told = f"{title(metric, inputs.metrics)} is best at the last step, {best.step}: up to there it has not turned"
    if second is None or comparison is None or comparison.decided:
        return f"{told}."
    return f"{told}, though {comparison.n} {inputs.noun.many} cannot tell it from step {second.step}."
