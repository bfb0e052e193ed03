"""Registry: a version as people name it: by its number or by an alias."""

from mlflow.entities.model_registry import ModelVersion

from components.core.errors import RegistryError
from registry.aliases import PRODUCTION, bearer, require_version, spelled
from registry.connection import connect, told_in_a_sentence


@told_in_a_sentence()
def find_version(model: str, word: str | None = None) -> ModelVersion:
    """Return the version that a person names; who names none means the one in production.

    Raises:
        UsageError: the word is neither a number nor an alias.
        RegistryError: there is no such version, or nobody bears the alias.
    """
    word = PRODUCTION if word is None else word
    if word.isdecimal():
        require_version(model, int(word))
        return connect().get_model_version(model, str(int(word)))
    found = bearer(model, spelled(word))
    if found is None:
        raise RegistryError(f"No version of {model} is {word} yet, expected one: name a version by its number.")
    return found
