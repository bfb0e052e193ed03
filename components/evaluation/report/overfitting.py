"""Evaluation: whether the validation score gets worse after the best step, and whether the examples can decide it."""

from dataclasses import dataclass
from typing import Any, Literal

from components.core.records import Comparison
from components.evaluation.report.formatting import probability, title
from components.evaluation.report.inputs import ReportInputs
from components.evaluation.report.paired_results import (
    best_subject,
    can_rank,
    equality,
    find_comparison,
    format_difference,
    probability_of,
    winner,
)
from components.evaluation.subjects import Subject


@dataclass(frozen=True)
class Overfitting:
    """`turned` means that the score got worse after the best step. The steps are None if there is no curve."""

    outcome: Literal["turned", "not seen", "cannot say"]
    sentence: str
    best_step: int | None = None
    last_step: int | None = None


def overfitting_of(inputs: ReportInputs) -> Overfitting:
    """Return whether the last checkpoint is worse than the best one, by their comparison on the primary metric."""
    if inputs.named:
        return Overfitting("cannot say", "The checkpoints are different candidates, not steps of one training.")
    metric = inputs.primary[0] if inputs.primary else ""
    trained = [s for s in inputs.subjects if s.role == "checkpoint" and can_rank(metric, s)]
    best, last = best_subject(trained, metric, inputs.metrics), max(trained, key=lambda s: s.step, default=None)
    if best is None or last is None or len(trained) < 2:
        return Overfitting("cannot say", "Fewer than two checkpoints have a score that can rank, so there is no curve.")
    if best is last:
        return Overfitting("not seen", _still_improving(inputs, metric, best, trained), best.step, last.step)
    comparison = find_comparison(inputs, metric, best, last)
    if comparison is None:
        name = title(metric, inputs.metrics)
        sentence = f"{name} is best at step {best.step}, and the last step, {last.step}, was not compared with it."
        return Overfitting("cannot say", sentence, best.step, last.step)
    return _compared(inputs, comparison, best, last)


def _compared(inputs: ReportInputs, comparison: Comparison, best: Subject[Any], last: Subject[Any]) -> Overfitting:
    metric, by = title(comparison.metric, inputs.metrics), format_difference(comparison, inputs.metrics)
    chance = probability(probability_of(best, comparison))
    steps = best.step, last.step
    if winner(comparison) == best.digest:
        sentence = f"{metric} turns after step {best.step}: the last step, {last.step}, is worse by {by}"
        return Overfitting(
            "turned", f"{sentence}; the probability that step {best.step} is better is {chance}.", *steps
        )
    if winner(comparison) is not None:
        sentence = (
            f"{metric} is best at step {best.step}, but the paired comparison favours the last step, {last.step}: {by}."
        )
        return Overfitting("not seen", sentence, *steps)
    same = equality([comparison], inputs.metrics)
    would = f"; about {comparison.enough:,} {inputs.noun.many} would decide" if comparison.enough else ""
    more = f"; the two are {same}" if same else would
    sentence = f"{metric} is best at step {best.step}, but its difference to the last step, {last.step}, is {by}"
    return Overfitting(
        "cannot say",
        f"{sentence}, which includes 0 (probability that step {best.step} is better: {chance}){more}.",
        *steps,
    )


def _still_improving(inputs: ReportInputs, metric: str, best: Subject[Any], trained: list[Subject[Any]]) -> str:
    second = best_subject([s for s in trained if s is not best], metric, inputs.metrics)
    comparison = find_comparison(inputs, metric, best, second) if second else None
    sentence = f"{title(metric, inputs.metrics)} is best at the last step, {best.step}: it has not turned so far"
    if second is None or comparison is None or comparison.decided:
        return f"{sentence}."
    return f"{sentence}, though {comparison.n} {inputs.noun.many} cannot distinguish it from step {second.step}."
