"""Benchmarks / replay: how long a training takes, also one that dies, and what becomes of its version."""

from collections.abc import Sequence

from benchmarks.replay.plan import Plan
from benchmarks.replay.records import Measured, Outcome, Training
from benchmarks.replay.scores import Exam, candidate_of, compared, decided, is_clearly_better
from benchmarks.replay.versions import Version
from components.core.config import PromotionPolicy
from components.core.differences import gain
from components.core.records import Comparison, Score
from components.core.retraining import RetrainingDecision


def training_of(version: int, day: int, plan: Plan, decision: RetrainingDecision, asked: bool, dies: bool) -> Training:
    """Return the training of a day. One that dies goes on from its last checkpoint when its machine is back."""
    begins, hours = float((day - 1) * 24 + plan.look_hour), plan.training_hours
    cause = "asked" if asked else decision.rule
    sentence = "A person started it after the advice." if asked else decision.sentence
    if not dies:
        return Training(version, day, begins, begins + hours, cause, sentence, hours)
    saved = plan.dies_at // plan.checkpoint_every * plan.checkpoint_every
    lost = (plan.dies_at - saved) * hours
    death = begins + plan.dies_at * hours
    ends = death + plan.repaired_after + (1 - saved) * hours
    return Training(version, day, begins, ends, cause, sentence, hours + lost, death, lost)


def outcome_of(
    training: Training, version: Version, production: Version | None, exam: Exam, policy: PromotionPolicy
) -> Outcome:
    """Score the version and the one in production on the same prompts and seeds, and decide on the promotion."""
    new = candidate_of(version, exam)
    old = candidate_of(production, exam) if production else None
    pairs = compared(new, old, exam) if old else []
    decision = decided(new[0], old[0] if old else None, pairs, policy)
    return Outcome(
        training=training,
        day=exam.day,
        verdict=decision.verdict.value,
        rule=decision.rule,
        reason=decision.reason,
        scores={name: measured(score) for name, score in new[0].scorecard.scores.items()},
        spoilt=version.spoilt,
        prompts=len(exam.prompts),
        against=production.number if production else None,
        benefit=_benefit(pairs, policy),
        clear=old is None or is_clearly_better(new[0], old[0], pairs, policy),
    )


def measured(score: Score) -> Measured:
    """Return the value of a score with its interval."""
    return Measured(score.value, score.low, score.high)


def _benefit(pairs: Sequence[Comparison], policy: PromotionPolicy) -> dict[str, Measured]:
    found = {pair.metric: gain(pair) for pair in pairs if pair.metric in policy.primary}
    return {name: Measured(*found[name]) for name in policy.primary if name in found}
