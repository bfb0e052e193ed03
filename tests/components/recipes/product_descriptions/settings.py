"""Tests: configurations of models of descriptions."""

from typing import Any

from components.core.config import override, parse_config
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.scores import SCORES

PROMPT = "Brand: {brand}\nArticle: {articleType}\nColour: {baseColour}\nGender: {gender}\nDescription:"
FIELDS: dict[str, Any] = {
    "model": "tests",
    "recipe": "product-descriptions",
    "about": "Descriptions in tests.",
    "data": {
        "catalogue": "drawn",
        "prompt": PROMPT,
        "words": {"fewest": 3, "most": 60},
        "smallest_split": 1,
    },
    "base": {"model": "starter"},
    "train": {
        "steps": 4,
        "checkpoint_every": 2,
        "batch": 2,
        "learning_rate": 0.001,
        "warmup": 1,
        "validation_products": [{"articleType": "Heels", "baseColour": "Red"}],
    },
    "evaluate": {"texts": 16, "block": 8},
    "promote": {"primary": ["faithfulness", "bits_per_byte"]},
}


def config(*assignments: str) -> ProductDescriptionsConfig:
    """Return the configuration, with overrides such as `data.words.fewest=5`."""
    found = parse_config(ProductDescriptionsConfig, override(FIELDS, assignments), "tests", SCORES)
    assert isinstance(found, ProductDescriptionsConfig)
    return found
