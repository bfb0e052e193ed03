"""Registry: opens the catalogue of a model, with the corrections that people made and the products they chose."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from components.core.config import ModelConfig
from components.core.files import digest_of
from components.core.recipe import RunLog, Source
from components.recipes import get_recipe
from registry.corrections import corrections
from registry.curated_products import curated_products
from registry.settings import settings


def open_source(config: ModelConfig, catalogue: str | None, log: RunLog) -> Source:
    """Return the opened catalogue, the given one or that of the YAML, with what people decided so far."""
    recipe = get_recipe(config.recipe)
    source = recipe.open_source(config, Path(catalogue) if catalogue else None, settings().catalogues, log)
    source = replace(source, curated=curated_products(config))
    return replace(source, corrections=tuple(corrections(config.model))) if recipe.corrections else source


def origin_of(config: ModelConfig, source: Source) -> Mapping[str, str]:
    """Return all that a snapshot depends on: equal origins give equal snapshots."""
    origin = {"source": source.fingerprint, "data": config.data_digest()}
    made = [asdict(correction) for correction in source.corrections]
    decided = [[product.id, product.approved, product.description] for product in source.curated]
    more = {"corrections": made, "curated": decided}
    return {**origin, **{name: digest_of(found) for name, found in more.items() if found}}
