"""Registry: the only road on which the alias Production moves, and never half.

MLflow moves an alias and the ledger lies in a database of ours: nothing moves both at once, and a process can die in
between. So each move, inside the model's lock, writes in this order:

    1. the intent    the entry, sealed: what is about to be done, by whom and why    (one row of our database)
    2. the alias     after the smoke test, if the entry moves it                     (MLflow)
    3. the entry     behind the last one, if the intent still stands                 (our database)
    4. the anchor    the entry's hash and number                                     (two tags in MLflow)
    5. the file      the ledger as JSON lines
    6. no intent                                                                     (our database)

Who finds an intent knows that a command died, and the alias tells where: if it points to where the intent wanted it, or
the intent wanted no move, the rest is done (registry/ledger/recovery.py); if it does not, the attempt is written down
as refused. So the ledger never says what was not in production, and says all in the words of who began it.

An entry beyond the anchor is explained by an intent, or it is forged. An anchor that the ledger does not go through is
an alarm, and stops all moves. An alias elsewhere without an intent was moved by hand, or its version was deleted:
production is what is served, so the ledger follows it by a REPAIR; the other way round would undo a person's rescue.
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
from registry.ledger.recovery import Tell, finish, record, recover, silent
from registry.locking.lock import lock_production
from registry.locking.records import HeldLock

SMOKE, OVERTAKEN = "smoke", "overtaken"  # rules of versions that fail, or come too late

StillBetter = Callable[[int | None], Decision]
Smoke = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Offer:
    """A version that somebody offers for production. `numbers` are its scores, `adapter` and `report` digests."""

    version: int
    by: str = ""
    numbers: Mapping[str, float | None] = field(default_factory=dict)
    adapter: str = ""
    report: str = ""


def no_smoke(version: int) -> None:
    """Try nothing."""


@translate_errors()
def move_production(
    model: str, offer: Offer, still_better: StillBetter, smoke: Smoke = no_smoke, tell: Tell = silent
) -> Entry:
    """Put a version in production, if it is still better than what is there by now, and write that in the ledger.

    Args:
        model: whose alias.
        offer: the version.
        still_better: decides inside the lock, against the version that is in production by then, or None.
        smoke: tries the version inside the lock, before the alias moves; what it raises refuses the version.
        tell: is told a sentence after each step.

    Returns:
        The entry that was written, of action PROMOTE or REFUSED: the ledger's new end, with its number and hash. Where
        the version is in production already, the one that brought it there.

    Raises:
        RegistryError: the version is not there or its smoke test failed, which stands in the ledger; the ledger was
            altered; somebody else kept the lock; the database or MLflow does not answer. The alias has not moved then,
            or the next command completes the entry.
    """
    with lock_production(model) as held:
        state = recover(model, offer.by, tell)
        if state.production == offer.version:
            return _last_move_of(state.entries)
        decision = still_better(state.production)
        move = _move(model, offer, state.production, decision)
        if decision.verdict is not Verdict.PROMOTE:
            return record(replace(move, action=Action.REFUSED), tell)
        return carry_out(held, move, smoke, tell)


def unless_overtaken(decision: Decision, against: int | None) -> StillBetter:
    """Return a rule for `move_production`: the decision stands while what it was made against is in production."""

    def still_better(champion: int | None) -> Decision:
        if champion == against:
            return decision
        found = f"Version {champion} is in production by now, expected {against}: run `promote` again."
        return replace(decision, verdict=Verdict.HOLD, rule=OVERTAKEN, reason=found)

    return still_better


def failed_smoke(model: str, version: int, by: str) -> Entry | None:
    """Return the newest entry that says that this version, offered by `by`, has failed its smoke test, or else None."""
    sought = (by, SMOKE, Action.REFUSED, version)
    return next((entry for entry in reversed(store.history(model)) if _key(entry.move) == sought), None)


def ledger_end(model: str) -> dict[str, Any] | None:
    """Return number and hash of the last entry, to be kept elsewhere: `verify` finds a cut by them."""
    rows = store.rows(model)
    return {"entry": rows[-1]["entry"], "hash": rows[-1]["hash"]} if rows else None


def carry_out(held: HeldLock, move: Move, smoke: Smoke, tell: Tell) -> Entry:
    """Do steps 1 to 6 of a move, inside the lock; return the entry that was written.

    Raises:
        UntriedError: this machine could not try the version; the next command ends the entry as refused.
        AtelierError: what `smoke` has raised, written down as refused.
    """
    model, to = move.model, int(move.to_version or 0)
    entry = store.announce(move)
    tell(f"Entry {entry.entry} of the ledger is announced: version {to} is tried.")
    try:
        require_version(model, to)
        smoke(to)
    except UnavailableError:
        raise  # it says nothing about the version; the next command ends the entry
    except (OSError, MemoryError) as error:  # nor does this
        said = " ".join(str(error).split()) or type(error).__name__
        raise UntriedError(f"Version {to} of {model} could not be tried ({said}): {UntriedError.act}.") from error
    except AtelierError as error:
        refuse(move, SMOKE, str(error), tell)
        raise
    except Exception as error:
        why = f"Version {to} of {model} failed its smoke test ({type(error).__name__}: {' '.join(str(error).split())})."
        raise refuse(move, SMOKE, why, tell) from error
    held.require()
    connect().set_registered_model_alias(model, PRODUCTION, str(to))
    found = aliases(model).get(PRODUCTION)
    if found != to:
        raise RegistryError(f"Version {found} of {model} is in production, expected {to}: run the same command again.")
    tell(f"Version {to} is in production.")
    return finish(entry, tell)


def refuse(move: Move, rule: str, why: str, tell: Tell) -> RegistryError:
    """Write the attempt down as refused; return the error that says so."""
    record(replace(move, action=Action.REFUSED, verdict=Verdict.REJECT, rule=rule, reason=why), tell)
    return RegistryError(why)


def _move(model: str, offer: Offer, now: int | None, decision: Decision) -> Move:
    return Move(
        model,
        Action.PROMOTE,
        now,
        offer.version,
        str(decision.verdict),
        decision.rule,
        decision.reason,
        offer.by,
        offer.numbers,
        offer.adapter,
        offer.report,
    )


def _key(move: Move) -> tuple[str, str, str, int | None]:
    return move.by, move.rule, move.action, move.to_version


def _last_move_of(entries: list[Entry]) -> Entry:
    last = store.last_move(entries)
    if last is None:  # `recover` writes a REPAIR first
        raise RegistryError("The alias stands in no ledger: run the same command again.")
    return last
