"""Flows: the tasks that carry out decisions, through registry/production.py, the only code that moves Production."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from components import recipes
from components.core.config import ModelConfig
from components.core.errors import AtelierError, CheckpointError, RegistryError, UntriedError
from components.core.records import Decision, Snapshot, Verdict
from flows import events
from flows.console.progress import log_line
from flows.promotion.approval import REJECTED
from flows.promotion.decide import PolicyResult
from flows.promotion.request import requested_by
from flows.retries import WITH_RETRIES
from flows.task_decorator import task
from registry import aliases, cards, evaluations, golden_samples, production, rollback, scorecards, search, versions
from registry.ledger.entries import Entry
from registry.search import Version
from registry.smoke import smoke
from registry.tracking import Run


@task(task_run_name="keep golden samples of {config.model}", **WITH_RETRIES)
def keep_golden_samples(config: ModelConfig, candidates: Sequence[Version], run: Run) -> None:
    """Make the golden sample of each version that has none. A version's weights never change, so it is made once."""
    golden = recipes.get_recipe(config.recipe).golden
    for version in candidates:
        if not _has_golden_sample(version):
            golden_samples.write_golden(run, version, golden.make(config, versions.checkpoint_of(version)))


@task(task_run_name="move Production", **WITH_RETRIES)
def carry_out(config: ModelConfig, snapshot: Snapshot, result: PolicyResult, run: Run) -> PolicyResult:
    """Move the alias if a decision says PROMOTE and the alias is unchanged since; then write every decision to tags.

    Returns:
        The final decisions: a version that fails its smoke test is rejected.

    Raises:
        RegistryError: the alias has moved since the decision; or as `production.move_production`.
    """
    decisions = [
        _offer(config, snapshot, decision, result.against, run) if _is_offered(decision) else decision
        for decision in result.decisions
    ]
    for decision in decisions:
        scorecards.write_decision(config.model, decision)
    aliases.set_challenger(config.model, result.challenger)
    return replace(result, decisions=decisions)


@task(task_run_name="roll back Production", **WITH_RETRIES)
def roll_back_production(config: ModelConfig, to: int | None, reason: str, smoked: bool, run: Run) -> int:
    """Move Production back to version `to`, or to the one before; return the version now in production.

    Raises:
        CheckpointError: the version's files differ from those evaluated, or it was never evaluated.
        RegistryError: as `rollback.roll_back`.
    """
    logged_reason = reason if smoked else f"{reason} (No smoke test: --no-smoke.)"
    smoke_test = _smoke_test(config) if smoked else production.no_smoke_test
    try:
        entry = rollback.roll_back(config.model, to, logged_reason, by=requested_by(run.id), smoke=smoke_test)
    except (CheckpointError, UntriedError) as error:
        raise type(error)(f"{error} In an emergency, --no-smoke rolls back without the smoke test.") from None
    now = int(entry.move.to_version or 0)
    if entry.move.by == requested_by(run.id):
        events.emit(entry)
    else:
        log_line(
            f"version {now} is in production since entry {entry.entry} already: name another version with `--to N`"
        )
    return now


@task(task_run_name="write cards of {config.model}", **WITH_RETRIES)
def write_cards(config: ModelConfig, numbers: Iterable[int]) -> None:
    """Write the card of each version. Its scores must be written before."""
    for number in numbers:
        with suppress(CheckpointError):  # its files were altered: the decision or `verify` says so
            cards.write_card(config, search.read_version(config.model, number))


def _is_offered(decision: Decision) -> bool:
    """Return True if the ledger records the decision as an attempt: a PROMOTE, or one that a person rejected."""
    return decision.verdict is Verdict.PROMOTE or decision.rule == REJECTED


def _offer(config: ModelConfig, snapshot: Snapshot, decision: Decision, against: int | None, run: Run) -> Decision:
    """Try to move Production to the version; return the final decision."""
    offer = _offered(config, snapshot, decision.version, run)
    still_better = production.unless_overtaken(decision, against)
    try:
        entry = production.move_production(config.model, offer, still_better, _smoke_test(config))
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
    """Return the move's details for the ledger: who, the deciding scores, the adapter and the report."""
    version = search.read_version(config.model, number)
    return production.Promotion(
        number,
        by=requested_by(run.id),
        numbers=scorecards.deciding_numbers(version, config.promote.scores),
        adapter=search.adapter_of(version),
        report=evaluations.report_digest(config.model, config.evaluation_digest(snapshot.digest)),
    )


def _smoke_test(config: ModelConfig) -> production.SmokeTest:
    """Return the smoke test to run before the alias moves. It reads the version's tags when called, inside the lock."""

    def smoke_test(number: int) -> None:
        version = search.read_version(config.model, number)
        log_line(f"smoke test of version {number} in a separate process")
        smoke(config.recipe, version, golden_samples.read_golden(version))

    return smoke_test


def _has_golden_sample(version: Version) -> bool:
    try:
        return golden_samples.read_golden(version) is not None
    except CheckpointError:  # the file was changed: make it again
        return False
