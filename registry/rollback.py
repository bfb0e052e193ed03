"""Registry: rollback of `Production` to an earlier version, in the order that registry/production.py describes."""

from collections.abc import Callable

from components.core.errors import RegistryError
from components.core.records import Verdict
from registry.aliases import has_version
from registry.client import translate_errors
from registry.ledger import store
from registry.ledger.entries import Action, Entry, Move
from registry.ledger.recovery import Log, no_log, recover
from registry.locking.lock import lock_production
from registry.production import SmokeTest, move_alias, no_smoke_test, refuse


@translate_errors()
def roll_back(
    model: str, to: int | None, reason: str, by: str = "", smoke: SmokeTest = no_smoke_test, log: Log = no_log
) -> Entry:
    """Put `to` back in production, by default the last earlier version that still exists; return the entry.

    A second rollback in a row changes nothing, since two people may react to the same bad output. `to` goes further
    back.

    Raises:
        RegistryError: there is no earlier version, `to` was never in production, or as for `move_production`.
    """
    with lock_production(model) as held:
        state = recover(model, by, log)
        entries = state.entries
        last = store.last_move(entries)
        if last and (last.move.action == Action.ROLLBACK if to is None else to == state.production):
            return last
        target, deleted = (to, []) if to is not None else store.earlier_production(entries, _exists(model))
        why = " ".join([reason, *(f"Version {version}, which was there before, is deleted." for version in deleted)])
        move = Move(model, Action.ROLLBACK, state.production, target, Verdict.PROMOTE, "rollback", why, by)
        if target is None:
            raise refuse(move, "nothing-earlier", _nothing_earlier(model), log)
        if has_version(model, target) and target not in {
            entry.move.to_version for entry in entries if entry.move.moved
        }:
            raise refuse(move, "never-there", _never_there(model, target), log)
        return move_alias(held, move, smoke, log)


def _exists(model: str) -> Callable[[int], bool]:
    return lambda version: has_version(model, version)


def _nothing_earlier(model: str) -> RegistryError:
    return RegistryError(
        f"No earlier version of {model} was in production",
        expected="one to go back to",
        act=f"`python -m flows promote {model} --version N --force --reason ...` puts another one in production",
    )


def _never_there(model: str, version: int) -> RegistryError:
    return RegistryError(
        f"Version {version} of {model} was never in production",
        expected="one that was, as `history` lists them",
        act=f"`python -m flows promote {model} --version {version} --force --reason ...` puts it in production",
    )
