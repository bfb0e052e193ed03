"""Flows: measures what a promotion brought: the new version against the one before, on the validation split."""

from components.core.benefit import Benefit
from components.core.benefit import measure_benefit as compare
from components.core.config import ModelConfig
from components.core.records import BASE, Candidate, Snapshot
from components.recipes import get_recipe
from flows.console.progress import log_line
from flows.promotion.decide import PolicyResult
from flows.retries import WITH_RETRIES
from flows.task_decorator import task
from registry import evaluations, scorecards, search
from registry.benefits import add_benefit
from registry.ledger import store


@task(task_run_name="measure the benefit for {config.model}", **WITH_RETRIES)
def measure_benefit(config: ModelConfig, snapshot: Snapshot, result: PolicyResult) -> None:
    """Keep the benefit of this promotion behind its ledger entry. The first one is compared with the base model.

    Both were scored on this snapshot by the evaluation that the decision rests on, so nothing is scored again.
    """
    entry = store.last_move(store.history(config.model))
    promoted = result.promoted
    if promoted is None or entry is None or entry.move.to_version != promoted.version:
        return
    evaluation = config.evaluation_digest(snapshot.digest)
    old, new = _before(config, snapshot, result.against), _candidate(config, promoted.version)
    if old is None or new is None:
        log_line(f"the benefit of version {promoted.version} is not measured: there are no scores to compare with")
        return
    comparisons = evaluations.read_comparisons(config.model, evaluation)
    metrics = get_recipe(config.recipe).measures.metrics
    benefit = compare(new, old, config.promote.primary, comparisons, metrics)
    against = BASE if result.against is None else str(result.against)
    add_benefit(entry, against, snapshot.digest, benefit)
    log_line(f"benefit of version {promoted.version} over {_named(against)}: {_summary(benefit)}")


def _before(config: ModelConfig, snapshot: Snapshot, against: int | None) -> Candidate | None:
    if against is not None:
        return _candidate(config, against)
    base = scorecards.base_scorecard(config.model, snapshot.digest, config.evaluation_digest(snapshot.digest))
    return Candidate(0, 0, base, BASE) if base else None


def _candidate(config: ModelConfig, number: int) -> Candidate | None:
    version = search.read_version(config.model, number)
    card = scorecards.scorecard_of(version)
    return scorecards.candidate_of(version, card) if card else None


def _named(against: str) -> str:
    return "the base model" if against == BASE else f"version {against}"


def _summary(benefit: Benefit) -> str:
    scores = [f"{s.score} {s.difference:+.4g} ({s.low:+.4g} to {s.high:+.4g})" for s in benefit.scores]
    return f"{', '.join(scores) or 'no score of both'}: {'clear' if benefit.clear else 'not clear'}"
