"""Flows: the tasks that carry out what was decided. Only registry/production.py moves the alias Production."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from prefect import task

from components import recipes
from components.core.config import ModelConfig
from components.core.errors import AtelierError, CheckpointError, RegistryError, UntriedError
from components.core.records import Decision, Snapshot, Verdict
from flows import events
from flows.console.progress import log_line
from flows.promotion.approval import REJECTED
from flows.promotion.decide import PolicyResult
from flows.promotion.request import requested_by
from flows.retries import RETRIED
from registry import aliases, cards, golden_samples, production, rollback, scorecards, search, versions
from registry.ledger.entries import Entry
from registry.search import Version
from registry.smoke import smoke
from registry.tracking import Run


@task(task_run_name="keep golden samples of {config.model}", **RETRIED)
def keep_golden_samples(config: ModelConfig, candidates: Sequence[Version], run: Run) -> None:
    """Make the golden sample of each version that has none yet. Weights never change, and so a sample stays good."""
    golden = recipes.get_recipe(config.recipe).golden
    for version in candidates:
        if not _has_golden_sample(version):
            golden_samples.write_golden(run, version, golden.make(config, versions.checkpoint_of(version)))


@task(task_run_name="move Production", **RETRIED)
def carry_out(config: ModelConfig, snapshot: Snapshot, result: PolicyResult, run: Run) -> PolicyResult:
    """Move the alias if a decision says PROMOTE and nobody has moved it since; then write every decision down.

    Returns:
        The decisions as they came out: a version that fails its smoke test is rejected.

    Raises:
        RegistryError: somebody has moved the alias since; or as `production.move_production`.
    """
    decisions = [
        _offer(config, snapshot, decision, result.against, run) if _is_offered(decision) else decision
        for decision in result.decisions
    ]
    for decision in decisions:
        scorecards.write_decision(config.model, decision)
    aliases.set_challenger(config.model, result.challenger)
    return replace(result, decisions=decisions)


@task(task_run_name="put Production back", **RETRIED)
def put_back(config: ModelConfig, to: int | None, reason: str, smoked: bool, run: Run) -> int:
    """Return the version that is in production then.

    Raises:
        CheckpointError: the version is not what was evaluated, or was never evaluated.
        RegistryError: as `rollback.roll_back`.
    """
    said = reason if smoked else f"{reason} (It was not tried before: --no-smoke.)"
    trial = _trial(config) if smoked else production.no_smoke_test
    try:
        entry = rollback.roll_back(config.model, to, said, by=requested_by(run.id), smoke=trial)
    except (CheckpointError, UntriedError) as error:
        raise type(error)(f"{error} In an emergency, --no-smoke puts it back untried.") from None
    now = int(entry.move.to_version or 0)
    if entry.move.by == requested_by(run.id):
        events.emit(entry)
    else:
        log_line(f"version {now} is in production since entry {entry.entry} already: `--to N` names one to go back to")
    return now


@task(task_run_name="write cards of {config.model}", **RETRIED)
def write_cards(config: ModelConfig, numbers: Iterable[int]) -> None:
    """Write what people read about each version, after its scores were written."""
    for number in numbers:
        cards.write_card(config, search.read_version(config.model, number))


def _is_offered(decision: Decision) -> bool:
    """Tell whether a decision is an attempt that the ledger keeps, also where a person has rejected it."""
    return decision.verdict is Verdict.PROMOTE or decision.rule == REJECTED


def _offer(config: ModelConfig, snapshot: Snapshot, decision: Decision, against: int | None, run: Run) -> Decision:
    """Offer a version for production; return what came of it."""
    offer = _offered(config, snapshot, decision.version, run)
    still_better = production.unless_overtaken(decision, against)
    try:
        entry = production.move_production(config.model, offer, still_better, _trial(config))
    except AtelierError:
        failed = production.failed_smoke(config.model, decision.version, requested_by(run.id))
        if failed is None:
            raise
        entry = failed
    if entry.move.rule == production.OVERTAKEN:
        raise RegistryError(entry.move.reason)
    if entry.move.by == requested_by(run.id):
        events.emit(entry)
    return decision if entry.move.moved else _refused(entry, decision)


def _refused(entry: Entry, decision: Decision) -> Decision:
    return replace(decision, verdict=Verdict(entry.move.verdict), rule=entry.move.rule, reason=entry.move.reason)


def _offered(config: ModelConfig, snapshot: Snapshot, number: int, run: Run) -> production.Promotion:
    """Return the offer of a version with what its decision rests on, for the ledger."""
    version = search.read_version(config.model, number)
    return production.Promotion(
        number,
        by=requested_by(run.id),
        numbers=scorecards.deciding_numbers(version, config.promote.scores),
        adapter=search.adapter_of(version),
        report=scorecards.report_digest(config.model, config.evaluation_digest(snapshot.digest)),
    )


def _trial(config: ModelConfig) -> production.SmokeTest:
    """Return how a version is tried before the alias moves to it; the tags are read then, inside the lock."""

    def try_version(number: int) -> None:
        version = search.read_version(config.model, number)
        log_line(f"try version {number} in a process of its own")
        smoke(config.recipe, version, golden_samples.read_golden(version))

    return try_version


def _has_golden_sample(version: Version) -> bool:
    try:
        return golden_samples.read_golden(version) is not None
    except CheckpointError:  # it was changed: it is made anew
        return False
