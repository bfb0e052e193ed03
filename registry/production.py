"""Registry: the only code that moves `Production`; a move is all or nothing.

MLflow keeps the alias and our database keeps the ledger. No transaction covers both, and a process can die in between.
So each move holds the model's lock and writes in this order:

    1. the intent    the sealed entry: what will be done, by whom and why            (one row of our database)
    2. the alias     after the smoke test, if the entry moves it                     (MLflow)
    3. the entry     after the last one, if the intent is still the same             (our database)
    4. the anchor    the entry's hash and number                                     (two tags in MLflow)
    5. the file      the ledger as JSON lines
    6. no intent     the row of step 1 is deleted                                    (our database)

An intent that is still there inside the lock means that a command died. The next command finishes its work
(registry/ledger/recovery.py): if the alias is where the intent moves it, or the intent moves nothing, steps 3 to 6
follow; otherwise the ledger gets the attempt as REFUSED. So the ledger never claims a version that was not in
production, and each entry keeps the author and the reason of the command that began it.

An entry after the anchored one is covered by an intent, or it is forged. An anchor that matches no entry is an alarm
and stops all moves. If the alias differs from the ledger without an intent, it was moved by hand or its version was
deleted. The alias is what is served, so the ledger follows it with a REPAIR entry; moving the alias back could undo an
emergency fix.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from components.core.errors import AtelierError, RegistryError, UnavailableError, UntriedError
from components.core.records import Decision, Verdict
from registry.aliases import PRODUCTION, aliases, require_version
from registry.client import connect, translate_errors
from registry.ledger import store
from registry.ledger.entries import Action, Entry, Move
from registry.ledger.recovery import Log, finish, no_log, record, recover
from registry.locking.lock import lock_production
from registry.locking.records import HeldLock

SMOKE, OVERTAKEN = "smoke", "overtaken"  # rules of the entries of versions that fail their smoke test, or come too late

Recheck = Callable[[int | None], Decision]
SmokeTest = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Promotion:
    """A version to put in production, and by whom. `numbers` are its scores, `adapter` and `report` are digests."""

    version: int
    by: str = ""
    numbers: Mapping[str, float | None] = field(default_factory=dict)
    adapter: str = ""
    report: str = ""


def no_smoke_test(version: int) -> None:
    """Skip the smoke test."""


@translate_errors()
def move_production(
    model: str, promotion: Promotion, recheck: Recheck, smoke: SmokeTest = no_smoke_test, log: Log = no_log
) -> Entry:
    """Put a version in production if it is still better than the one there, and write the attempt to the ledger.

    Args:
        model: the registered model whose alias moves.
        promotion: the version, and what the ledger keeps of it.
        recheck: is called inside the lock with the version that is in production by then, or None; the version is
            promoted only if its decision says PROMOTE.
        smoke: the smoke test, called inside the lock before the alias moves; an error refuses the version.
        log: is called with a message after each step.

    Returns:
        The new last entry of the ledger, of action PROMOTE or REFUSED. If the version is in production already, the
        entry that put it there.

    Raises:
        RegistryError: the version does not exist or its smoke test failed, both written to the ledger; the ledger was
            altered; another process held the lock for too long; the database or MLflow does not answer. Then the alias
            has not moved, or the next command finishes the entry.
    """
    with lock_production(model) as held:
        state = recover(model, promotion.by, log)
        if state.production == promotion.version:
            return _last_move_of(state.entries)
        decision = recheck(state.production)
        move = _move(model, promotion, state.production, decision)
        if decision.verdict is not Verdict.PROMOTE:
            return record(replace(move, action=Action.REFUSED), log)
        return move_alias(held, move, smoke, log)


def unless_overtaken(decision: Decision, against: int | None) -> Recheck:
    """Return a `recheck` for `move_production`: the decision holds while production is what it was made against."""

    def recheck(champion: int | None) -> Decision:
        if champion == against:
            return decision
        found = f"Version {champion} is in production by now, expected {against}: run `promote` again."
        return replace(decision, verdict=Verdict.HOLD, rule=OVERTAKEN, reason=found)

    return recheck


def failed_smoke(model: str, version: int, by: str) -> Entry | None:
    """Return the newest entry of a failed smoke test of this version, requested by `by`; or None."""
    sought = (by, SMOKE, Action.REFUSED, version)
    return next((entry for entry in reversed(store.history(model)) if _key(entry.move) == sought), None)


def ledger_end(model: str) -> dict[str, Any] | None:
    """Return number and hash of the last entry. Kept elsewhere, the hash lets `verify --kept` find a cut."""
    rows = store.rows(model)
    return {"entry": rows[-1]["entry"], "hash": rows[-1]["hash"]} if rows else None


def move_alias(held: HeldLock, move: Move, smoke: SmokeTest, log: Log) -> Entry:
    """Do steps 1 to 6 of a move, inside the lock; return the entry that was written.

    Raises:
        UntriedError: this machine could not try the version; the next command writes the entry as REFUSED.
        AtelierError: from `smoke`; the ledger has the attempt as REFUSED.
    """
    model, to = move.model, int(move.to_version or 0)
    entry = store.write_intent(move)
    log(f"Entry {entry.entry} of the ledger is announced: version {to} is tried.")
    try:
        require_version(model, to)
        smoke(to)
    except UnavailableError:
        raise  # it says nothing about the version; the next command finishes the entry
    except (OSError, MemoryError) as error:  # of the machine too
        text = " ".join(str(error).split()) or type(error).__name__
        raise UntriedError(f"Version {to} of {model} could not be tried ({text})", act=UntriedError.act) from error
    except AtelierError as error:
        refuse(move, SMOKE, error, log)
        raise
    except Exception as error:
        text = f"{type(error).__name__}: {' '.join(str(error).split())}"
        failed = RegistryError(f"Version {to} of {model} failed its smoke test ({text}).")
        raise refuse(move, SMOKE, failed, log) from error
    held.require()
    connect().set_registered_model_alias(model, PRODUCTION, str(to))
    found = aliases(model).get(PRODUCTION)
    if found != to:
        raise RegistryError(
            f"Version {found} of {model} is in production", expected=str(to), act="run the same command again"
        )
    log(f"Version {to} is in production.")
    return finish(entry, log)


def refuse(move: Move, rule: str, error: AtelierError, log: Log) -> AtelierError:
    """Write the attempt to the ledger as REFUSED, with the error's sentence as its reason; return the error."""
    record(replace(move, action=Action.REFUSED, verdict=Verdict.REJECT, rule=rule, reason=str(error)), log)
    return error


def _move(model: str, promotion: Promotion, now: int | None, decision: Decision) -> Move:
    return Move(
        model,
        Action.PROMOTE,
        now,
        promotion.version,
        str(decision.verdict),
        decision.rule,
        decision.reason,
        promotion.by,
        promotion.numbers,
        promotion.adapter,
        promotion.report,
    )


def _key(move: Move) -> tuple[str, str, str, int | None]:
    return move.by, move.rule, move.action, move.to_version


def _last_move_of(entries: list[Entry]) -> Entry:
    last = store.last_move(entries)
    if last is None:  # `recover` writes a REPAIR first
        raise RegistryError(f"{PRODUCTION} has no entry in the ledger", act="run the same command again")
    return last
