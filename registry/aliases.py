"""Registry: the only place that spells the aliases."""

from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from components.core.errors import RegistryError, UsageError
from registry.client import connect, is_not_found, translate_errors
from registry.locking.lock import lock
from registry.settings import settings

PRODUCTION = "Production"  # what is served; moved by registry/production.py alone
CHALLENGER = "Challenger"  # what is tried beside it
LARGEST_VERSION = 2**31 - 1  # the largest version number that the database's integer column takes


@translate_errors()
def aliases(model: str) -> dict[str, int]:
    """Return the model's aliases and their versions, which MLflow's `search_model_versions` leaves out."""
    try:
        found = connect().get_registered_model(model).aliases
    except MlflowException as error:
        if is_not_found(error):
            return {}
        raise
    return {alias: int(version) for alias, version in found.items()}


def production(model: str) -> ModelVersion | None:
    """Return the version that is served, or None before the first promotion."""
    return version_with_alias(model, PRODUCTION)


@translate_errors()
def version_with_alias(model: str, alias: str) -> ModelVersion | None:
    """Return the version with an alias, or None."""
    try:
        return connect().get_model_version_by_alias(model, alias)
    except MlflowException as error:
        if is_not_found(error):
            return None
        raise


@translate_errors()
def set_challenger(model: str, version: int | None) -> None:
    """Give a version the alias Challenger; with None, remove the alias.

    Raises:
        RegistryError: the version does not exist.
    """
    with lock(settings().database_url, f"{CHALLENGER.lower()}-{model}"):
        if version is not None:
            require_version(model, version)
            connect().set_registered_model_alias(model, CHALLENGER, str(version))
        elif CHALLENGER in aliases(model):
            connect().delete_registered_model_alias(model, CHALLENGER)


def checked_alias(alias: str) -> str:
    """Return the alias unchanged.

    Raises:
        UsageError: there is no such alias; the message gives the correct spelling.
    """
    if alias in (PRODUCTION, CHALLENGER):
        return alias
    meant = [known for known in (PRODUCTION, CHALLENGER) if known.lower() == alias.strip().lower()]
    raise UsageError(f"No alias is called {alias!r}", expected=" or ".join(meant or (PRODUCTION, CHALLENGER)))


def require_known_spelling(model: str, found: dict[str, int]) -> None:
    """Raise RegistryError if MLflow has an alias that differs from one of ours in upper and lower case only."""
    ours = {known.lower(): known for known in (PRODUCTION, CHALLENGER)}
    for alias in found:
        known = ours.get(alias.lower(), alias)
        if alias != known:
            raise RegistryError(
                f"{model} has an alias {alias!r}", expected=f"{known!r} alone", act=f"delete {alias!r} in MLflow"
            )


@translate_errors()
def has_version(model: str, version: int) -> bool:
    if version > LARGEST_VERSION:
        return False
    try:
        connect().get_model_version(model, str(version))
    except MlflowException as error:
        if is_not_found(error):
            return False
        raise
    return True


def require_version(model: str, version: int) -> None:
    """Raise RegistryError unless the version exists."""
    if not has_version(model, version):
        raise RegistryError(f"{model} has no version {version}", act=f"`python -m flows status {model}` shows them")
