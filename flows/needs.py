"""Flows: what a model lacks on this machine, found before minutes of work."""

from collections.abc import Sequence
from pathlib import Path

from components.core.config import ModelConfig
from components.core.errors import AtelierError
from components.core.recipe import Need
from components.recipes import get_recipe

CATALOGUE = "catalogue"  # what a `Need` is called that ingest itself requires


def missing_needs(config: ModelConfig, catalogue: str | None) -> list[Need]:
    """Return what is missing on this machine, without what is optional."""
    needs = get_recipe(config.recipe).needs(config, Path(catalogue) if catalogue else None)
    return [need for need in needs if not need.found and not need.optional]


def missing_after_ingest(config: ModelConfig, catalogue: str | None) -> list[str]:
    """Return a sentence for each thing that train or evaluate will need, and ingest does not."""
    return [need.sentence for need in missing_needs(config, catalogue) if need.what != CATALOGUE]


def require_needs(config: ModelConfig, catalogue: str | None) -> None:
    """Raise AtelierError, with what to do about what is missing, unless the whole lifecycle can run."""
    missing = missing_needs(config, catalogue)
    if missing:
        raise AtelierError(missing[0].sentence) if len(missing) == 1 else _several(config.model, missing)


def _several(model: str, missing: Sequence[Need]) -> AtelierError:
    named = ", ".join(f"the {need.what} {need.name}" for need in missing)
    return AtelierError(
        f"{model} lacks {named}", act=f"run `atelier check {model}`, which says how to get each of them"
    )
