"""Tests: the targets of product images."""

from components.core.metric_table import METRICS
from components.recipes import get_recipe
from components.recipes.product_images.evaluate.targets import TARGETS


def test_the_recipe_names_every_score_with_a_target() -> None:
    named = get_recipe("product-images").targets
    assert set(named) == {target.metric for target in TARGETS.values() if not target.rated}
    assert set(named) <= METRICS.keys()
