"""Registry: the only place that spells the aliases."""

from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from components.core.errors import RegistryError, UsageError
from registry.client import connect, missing, translate_errors
from registry.locking.lock import lock
from registry.settings import settings

PRODUCTION = "Production"  # what is served; moved by registry/production.py alone
CHALLENGER = "Challenger"  # what is tried beside it
LARGEST = 2**31 - 1  # version that a database can be asked for


@translate_errors()
def aliases(model: str) -> dict[str, int]:
    """Return the model's aliases and their versions; MLflow's search for versions leaves them out."""
    try:
        found = connect().get_registered_model(model).aliases
    except MlflowException as error:
        if missing(error):
            return {}
        raise
    return {alias: int(version) for alias, version in found.items()}


def production(model: str) -> ModelVersion | None:
    """Return the version that is served, or None before the first promotion."""
    return version_with_alias(model, PRODUCTION)


@translate_errors()
def version_with_alias(model: str, alias: str) -> ModelVersion | None:
    """Return the version that bears an alias, or None."""
    try:
        return connect().get_model_version_by_alias(model, alias)
    except MlflowException as error:
        if missing(error):
            return None
        raise


@translate_errors()
def set_challenger(model: str, version: int | None) -> None:
    """Give a version the alias Challenger, or, with None, take it away.

    Raises:
        RegistryError: the version is not there.
    """
    with lock(settings().database_url, f"{CHALLENGER.lower()}-{model}"):
        if version is not None:
            require_version(model, version)
            connect().set_registered_model_alias(model, CHALLENGER, str(version))
        elif CHALLENGER in aliases(model):
            connect().delete_registered_model_alias(model, CHALLENGER)


def checked_alias(alias: str) -> str:
    """Return the alias as it is.

    Raises:
        UsageError: it is spelled otherwise; the sentence says how it is spelled.
    """
    if alias in (PRODUCTION, CHALLENGER):
        return alias
    meant = [known for known in (PRODUCTION, CHALLENGER) if known.lower() == alias.strip().lower()]
    raise UsageError(f"No alias is called {alias!r}, expected {' or '.join(meant or (PRODUCTION, CHALLENGER))}.")


def require_known_spelling(model: str, found: dict[str, int]) -> None:
    """Raise RegistryError if an alias stands in MLflow that people would take for one of ours."""
    ours = {known.lower(): known for known in (PRODUCTION, CHALLENGER)}
    for alias in found:
        known = ours.get(alias.lower(), alias)
        if alias != known:
            raise RegistryError(f"{model} has an alias {alias!r}, expected {known!r} alone: delete it in MLflow.")


@translate_errors()
def has_version(model: str, version: int) -> bool:
    if version > LARGEST:
        return False
    try:
        connect().get_model_version(model, str(version))
    except MlflowException as error:
        if missing(error):
            return False
        raise
    return True


def require_version(model: str, version: int) -> None:
    """Raise RegistryError unless the version is there."""
    if not has_version(model, version):
        raise RegistryError(f"{model} has no version {version}: `python -m flows status {model}` shows them.")
