"""Registry: search for versions by their tags, which the server filters."""

from collections.abc import Mapping

from mlflow.entities.model_registry import ModelVersion

from components.core.errors import RegistryError
from components.core.records import checkpoint_title
from registry import tags as tag
from registry.aliases import PRODUCTION, aliases, checked_alias, require_version, version_with_alias
from registry.client import connect, translate_errors
from registry.version_record import kept

PAGE = 1000

Version = ModelVersion  # MLflow's own record, under the name that flows may import


def search_versions(model: str, tags: Mapping[str, str], limit: int | None = None) -> list[ModelVersion]:
    """Return the versions of a model with all these tags, newest first, without their aliases."""
    query = " and ".join(
        [f"name = {tag.quoted(model)}", *(tag.tag_filter(name, value) for name, value in tags.items())]
    )
    client, found, token = connect(), list[ModelVersion](), None
    while limit is None or len(found) < limit:
        size = PAGE if limit is None else min(PAGE, limit - len(found))
        page = client.search_model_versions(query, max_results=size, order_by=["version_number DESC"], page_token=token)
        found += page
        token = page.token
        if not token:
            break
    return found


@translate_errors()
def find_version(model: str, word: str | None = None) -> ModelVersion:
    """Return a version by its number or alias; without a word, the one in production.

    Raises:
        UsageError: the word is neither a number nor an alias.
        RegistryError: there is no such version, or no version has the alias.
    """
    word = PRODUCTION if word is None else word
    if word.isdecimal():
        require_version(model, int(word))
        return connect().get_model_version(model, str(int(word)))
    found = version_with_alias(model, checked_alias(word))
    if found is None:
        act = f"`python -m flows status {model}` shows its versions, `python -m flows promote {model}` decides on them"
        if not search_versions(model, {}, 1):
            act = f"run `python -m flows lifecycle {model}` first"
        raise RegistryError(f"No version of {model} is {word} yet", expected="one", act=act)
    return found


def step_of(version: ModelVersion) -> int:
    """Return the optimizer step of a version's checkpoint."""
    return int(version.tags.get(tag.STEP, 0))


def name_of_checkpoint(version: ModelVersion) -> str:
    """Return the name of a version's checkpoint, empty where checkpoints are steps of one training."""
    return str(version.tags.get(tag.NAME, ""))


def title_of(version: ModelVersion) -> str:
    """Return what people call a version's checkpoint: its name, else `step 300`."""
    return checkpoint_title(step_of(version), name_of_checkpoint(version))


@translate_errors()
def trained_versions(model: str, training: str) -> list[ModelVersion]:
    """Return the versions of one training, by step. The server filters: listing 10,000 versions takes seconds."""
    return sorted(search_versions(model, {tag.TRAINING: training}), key=step_of)


@translate_errors()
def all_versions(model: str, limit: int = 50) -> list[ModelVersion]:
    """Return the newest versions first, with their aliases, which MLflow's search leaves out."""
    found = search_versions(model, {}, limit)
    names: dict[int, list[str]] = {}
    for alias, number in (aliases(model) if found else {}).items():
        names.setdefault(number, []).append(alias)
    for version in found:
        version.aliases = sorted(names.get(int(version.version), []))
    return found


@translate_errors()
def read_version(model: str, number: int) -> ModelVersion:
    """Read a version again, with its present tags.

    Raises:
        RegistryError: it does not exist.
    """
    require_version(model, number)
    return connect().get_model_version(model, str(number))


def adapter_of(version: ModelVersion) -> str:
    """Return the digest of a version's weights."""
    return str(kept(version).get(tag.ADAPTER, ""))
