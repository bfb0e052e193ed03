"""Registry: a version ready to be used: looked up, checked, and loaded with the settings of its training."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.core.config import ModelConfig, parse_config
from components.core.errors import RegistryError, UsageError
from components.core.predictor import Predictor
from components.core.recipe import RunLog
from components.core.records import BASE
from components.recipes import get_recipe
from registry import tags as tag
from registry.aliases import CHALLENGER, PRODUCTION, production
from registry.search import Version, find_version, search_versions
from registry.version_files import name_of
from registry.version_record import kept
from registry.versions import checkpoint_of


@dataclass(frozen=True, slots=True)
class Loaded:
    """A version that answers requests, and what its answers come from: model, version, step, digest of the weights."""

    predictor: Predictor
    origin: Mapping[str, str]
    config: ModelConfig


def load_version(config: ModelConfig, word: str | None, log: RunLog) -> Loaded:
    """Load a version by its number or alias, or the base model; without a word, the version in production.

    Raises:
        UsageError: the word names nothing.
        RegistryError: there is no such version, or none in production yet.
        CheckpointError: the version's files are not what was registered.
    """
    recipe = get_recipe(config.recipe)
    if word == BASE:
        return Loaded(recipe.load(config, None, log), {"model": config.model, "version": BASE}, config)
    version = _find(config.model, word)
    checkpoint = checkpoint_of(version)
    origin = {
        "model": config.model,
        "version": str(version.version),
        "step": str(checkpoint.step),
        "name": checkpoint.name,
        "weights": checkpoint.digest,
        "base": checkpoint.base_digest,
    }
    known = {name: value for name, value in origin.items() if value}
    own = config_of(version, config)
    return Loaded(recipe.load(own, checkpoint, log), known, own)


def config_of(version: Version, config: ModelConfig) -> ModelConfig:
    """Return the config that a version was trained with; that of today for a version of an earlier release."""
    recorded = kept(version).get(tag.CONFIG)
    if recorded is None:
        return config
    recipe = get_recipe(config.recipe)
    return parse_config(recipe.config, recorded, f"The record of {name_of(version)}", recipe.metrics)


def _find(model: str, word: str | None) -> Version:
    if word is None and production(model) is None:
        some = bool(search_versions(model, {}, 1))
        act = f"run `python -m flows promote {model}`, or name a version: its number, {CHALLENGER} or {BASE}"
        raise RegistryError(
            f"No version of {model} is in production yet",
            expected="one",
            act=act if some else f"run `python -m flows lifecycle {model}` first, or name the version {BASE}",
        )
    try:
        return find_version(model, word)
    except UsageError as error:  # its sentence does not know that a loading can name the base model too
        known = (PRODUCTION, CHALLENGER, BASE)
        meant = [name for name in known if name.lower() == str(word).strip().lower()]
        expected = " or ".join(meant) or f"a number, {', '.join(known[:2])} or {BASE}"
        raise UsageError(f"No version of {model} is called {word!r}", expected=expected) from error
