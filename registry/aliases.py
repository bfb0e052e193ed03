"""Registry: the only place that spells the production alias, and the only road on which it moves."""

from collections.abc import Iterator
from contextlib import contextmanager

from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from components.core.errors import RegistryError
from components.core.records import Decision, Verdict
from registry import ledger
from registry.connection import connect, missing, told_in_a_sentence
from registry.home import settings
from registry.locks import Held, lock

PRODUCTION = "Production"
ANY = -1  # as `expected`: whatever is in production now


@told_in_a_sentence()
def aliases(model: str) -> dict[str, int]:
    """Return the model's aliases and their versions; MLflow's search for versions leaves them out."""
    try:
        found = connect().get_registered_model(model).aliases
    except MlflowException as error:
        if missing(error):
            return {}
        raise
    return {alias: int(version) for alias, version in found.items()}


@told_in_a_sentence()
def production(model: str) -> ModelVersion | None:
    """Return the version that is served, or None before the first promotion."""
    try:
        return connect().get_model_version_by_alias(model, PRODUCTION)
    except MlflowException as error:
        if missing(error):
            return None
        raise


@told_in_a_sentence()
def move_production(model: str, decision: Decision, expected: int | None = ANY, by: str = "") -> None:
    """Put a version in production and write the move in the ledger; nothing happens where it is there already.

    Args:
        model: whose alias.
        decision: the version, and why.
        expected: the version that the decision was made against (None: none was there).
        by: the run that decided.

    Raises:
        RegistryError: something else than `expected` is in production by now; the version is not there; another
            spelling of the alias is in the way; or somebody else kept the lock.
    """
    with _locked(model) as held:
        now = _spelled_right(model)
        if expected != ANY and now not in {expected, decision.version}:
            raise RegistryError(
                f"Version {now} of {model} is in production by now, expected {expected}: run `promote` again."
            )
        _move(held, model, decision, by)


@told_in_a_sentence()
def roll_back(model: str, to: int | None, reason: str, by: str = "") -> int:
    """Put `to` back in production, or else the version that was there before; return it.

    Raises:
        RegistryError: there is nothing to go back to, or as for `move_production`.
    """
    with _locked(model) as held:
        _spelled_right(model)
        target = ledger.previous_production(model) if to is None else to
        if target is None:
            raise RegistryError(
                f"No earlier version of {model} was in production: name one, `python -m flows rollback {model} --to N`."
            )
        _move(held, model, Decision(target, Verdict.PROMOTE, ledger.ROLLBACK, reason), by)
    return target


def _move(held: Held, model: str, decision: Decision, by: str) -> None:
    """Write the alias, read it back, write the ledger. Where an earlier try died in between, the ledger catches up."""
    now, to = aliases(model).get(PRODUCTION), decision.version
    if now != to:
        _require_version(model, to)
        held.require()
        connect().set_registered_model_alias(model, PRODUCTION, str(to))
    found = aliases(model).get(PRODUCTION)
    if found != to:
        raise RegistryError(f"Version {found} of {model} is in production, expected {to}: run the same command again.")
    entries = ledger.history(model)
    known = entries[-1].move.to_version if entries else None
    if known != to:
        move = ledger.Move(model, known, to, str(decision.verdict), decision.rule, decision.reason, by)
        ledger.append(move)


def _spelled_right(model: str) -> int | None:
    """Return the version in production.

    Raises:
        RegistryError: an alias stands there that people would take for it.
    """
    found = aliases(model)
    for alias in found:
        if alias != PRODUCTION and alias.lower() == PRODUCTION.lower():
            raise RegistryError(f"{model} has an alias {alias!r}, expected {PRODUCTION!r} alone: delete it in MLflow.")
    return found.get(PRODUCTION)


def _require_version(model: str, version: int) -> None:
    try:
        connect().get_model_version(model, str(version))
    except MlflowException as error:
        if missing(error):
            sentence = f"{model} has no version {version}: `python -m flows status {model}` shows them."
            raise RegistryError(sentence) from None
        raise


@contextmanager
def _locked(model: str) -> Iterator[Held]:
    with lock(settings().database_url, f"production-{model}") as held:
        yield held
