"""Flows: measures whether generated examples help a classifier that is trained on real ones."""

from dataclasses import asdict
from typing import Any

from components.core.config import ModelConfig
from components.core.errors import UsageError
from components.products.predictors import MeasuresAugmentation
from flows.console.bars import progress_log
from registry.loaded import load_version
from registry.product_lines import with_real

QUANTILE = 0.05  # it decides no check here


def augment(config: ModelConfig, version: str | None, count: int, seed: int) -> dict[str, Any]:
    """Return, for each attribute and number of real examples, accuracy without and with generated ones, as JSON values.

    Args:
        config: of the model.
        version: a number, an alias or `base`; by default the version in production.
        count: how many examples are generated.
        seed: of the choice of real examples, and of the generated ones.

    Raises:
        UsageError: such models cannot tell.
        DataError: the examples that the version was trained on are not on this machine.
    """
    with progress_log() as log:
        loaded = load_version(config, version, log)
        predictor = with_real(loaded, QUANTILE)
        if not isinstance(predictor, MeasuresAugmentation):
            found = f"{config.model} is of the kind {config.recipe}, which does not measure this"
            raise UsageError(found, expected="a model such as starter")
        rows = predictor.augmentation(count, seed)
    return {"model": config.model, **loaded.origin, "rows": [{**asdict(row), "helps": row.helps} for row in rows]}
