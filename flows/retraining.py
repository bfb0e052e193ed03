"""Flows: whether a lifecycle starts: who asks, the decision and its record, and what became of it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, cast

from prefect.client.schemas.objects import State
from prefect.states import Completed

from components.core.config import ModelConfig
from components.core.errors import RegistryError
from components.core.masking import mask
from components.core.records import Decision, Verdict
from components.core.retraining import decide_retraining
from flows.already_done import is_decided
from flows.console.progress import log_line
from flows.held_lease import on_device
from flows.promotion.approval import AWAITING_APPROVAL
from flows.reports import publish_retraining
from flows.retraining_request import PERSON, RetrainingRequest
from flows.retries import WITH_RETRIES
from flows.task_decorator import task
from registry.benefits import benefit_in, benefits
from registry.ledger import store
from registry.locking.lock import lock_retraining, lock_work
from registry.locking.records import LockedError
from registry.retraining_facts import Beside, gather_facts, policy_of
from registry.retrainings import Asked, Retraining, add_retraining, write_outcome

SKIPPED = "Skipped"  # the name of the state in which such a run ends
LONGEST_ERROR = 500  # characters


@contextmanager
def decided(config: ModelConfig, snapshot: str, request: RetrainingRequest) -> Iterator[Retraining]:
    """Yield the decision on a retraining. If it starts, the block holds the model, and a place on the device.

    Those who ask at once decide one after the other, so that one of them gets the model, and the others learn that a
    lifecycle runs or that it is complete. A killed holder frees both. An error in the block is kept as outcome.

    Raises:
        RegistryError: a person asks while another process works on the model.
    """
    key = config.decision_digest(snapshot)
    asked = Asked(config.model, time.time(), request.reason, request.report.strip(), key)
    with ExitStack() as held, _failure_kept(_decide(held, config, snapshot, asked)) as retraining:
        if retraining.started:
            held.enter_context(on_device(config.model, "lifecycle"))
        yield retraining


@task(task_run_name="decide on retraining {config.model}", **WITH_RETRIES)
def keep_decision(config: ModelConfig, snapshot: str, asked: Asked, running: str) -> Retraining:
    """Gather the facts, decide, keep both and show them in Prefect's page."""
    beside = Beside(running, not running and is_decided(config, snapshot), AWAITING_APPROVAL)
    facts = gather_facts(config, snapshot, asked, beside)
    decision = decide_retraining(facts, config.retrain)
    retraining = add_retraining(asked, facts, policy_of(config), decision)
    log_line(f"retraining: {decision.action} ({decision.rule}): {decision.sentence}")
    publish_retraining(config, retraining)
    return retraining


def keep_outcome(retraining: Retraining, decisions: Sequence[Decision]) -> None:
    """Keep which versions a retraining made and promoted, and whether that brought a benefit."""
    promoted = next((made.version for made in decisions if made.verdict is Verdict.PROMOTE), None)
    last = store.last_move(store.history(retraining.model)) if promoted else None
    entry = last if last and last.move.to_version == promoted else None
    found = benefit_in(benefits(retraining.model), entry) if entry else None
    outcome: dict[str, Any] = {"versions": [made.version for made in decisions], "promoted": promoted}
    benefit, against = (found["clear"], found["against"]) if found else (None, None)
    outcome |= {"entry": entry.entry if entry else None, "benefit": benefit, "against": against}
    write_outcome(retraining, outcome)


def skipped(retraining: Retraining) -> list[Decision]:
    """Return no decisions to callers, and to Prefect a completed state that says why."""
    nothing: list[Decision] = []
    state: State[list[Decision]] = Completed(
        name=SKIPPED, message=f"{retraining.action}: {retraining.sentence}", data=nothing
    )
    return cast("list[Decision]", state)  # Prefect gives callers of the flow the state's data


def _decide(held: ExitStack, config: ModelConfig, snapshot: str, asked: Asked) -> Retraining:
    with lock_retraining(config.model):
        running = _lease(held, asked)
        retraining = keep_decision(config, snapshot, asked, running)
        if not retraining.started:
            held.close()
    return retraining


def _lease(held: ExitStack, asked: Asked) -> str:
    """Take the lock of work on the model; return who holds it already. For a person that is an error."""
    try:
        held.enter_context(lock_work(asked.model, "lifecycle"))
    except LockedError as error:
        if asked.reason == PERSON:
            raise
        return error.holder
    return ""


@contextmanager
def _failure_kept(retraining: Retraining) -> Iterator[Retraining]:
    try:
        yield retraining
    except BaseException as error:
        if retraining.started:
            _keep_error(retraining, error)
        raise


def _keep_error(retraining: Retraining, error: BaseException) -> None:
    text = " ".join(str(error).split()) or type(error).__name__
    with suppress(RegistryError):  # the database is away: the first error says more
        write_outcome(retraining, {"error": mask(text)[:LONGEST_ERROR]})
