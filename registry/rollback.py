"""Registry: Production goes back to a version of before, on the road that registry/production.py describes."""

from collections.abc import Callable

from components.core.records import Verdict
from registry.aliases import has_version
from registry.client import translate_errors
from registry.ledger import store
from registry.ledger.entries import Action, Entry, Move
from registry.ledger.recovery import Tell, recover, silent
from registry.locking.lock import lock_production
from registry.production import Smoke, carry_out, no_smoke, refuse


@translate_errors()
def roll_back(
    model: str, to: int | None, reason: str, by: str = "", smoke: Smoke = no_smoke, tell: Tell = silent
) -> Entry:
    """Put `to` back in production, or else the newest version of before that still exists; return the entry.

    Who asks twice goes back once: two people see the same bad output. To go further back is to name a version.

    Raises:
        RegistryError: there is nothing to go back to, `to` was never in production, or as for `move_production`.
    """
    with lock_production(model) as held:
        state = recover(model, by, tell)
        entries = state.entries
        last = store.last_move(entries)
        if last and (last.move.action == Action.ROLLBACK if to is None else to == state.production):
            return last
        target, deleted = (to, []) if to is not None else store.earlier_production(entries, _exists(model))
        said = " ".join([reason, *(f"Version {version}, which was there before, is deleted." for version in deleted)])
        move = Move(model, Action.ROLLBACK, state.production, target, Verdict.PROMOTE, "rollback", said, by)
        if target is None:
            raise refuse(move, "nothing-earlier", _nothing_earlier(model), tell)
        if has_version(model, target) and target not in {
            entry.move.to_version for entry in entries if entry.move.moved
        }:
            raise refuse(move, "never-there", _never_there(model, target), tell)
        return carry_out(held, move, smoke, tell)


def _exists(model: str) -> Callable[[int], bool]:
    return lambda version: has_version(model, version)


def _nothing_earlier(model: str) -> str:
    return (
        f"No earlier version of {model} was in production, expected one to go back to: `python -m flows promote "
        f"{model} --version N --force --reason ...` puts another there."
    )


def _never_there(model: str, version: int) -> str:
    return (
        f"Version {version} of {model} was never in production, expected one that was, as `history` tells: `python -m "
        f"flows promote {model} --version {version} --force --reason ...` puts it there."
    )
