"""Product attributes: the recipe of models that generate products as rows. Importing it does not load torch."""

from components.core.lazy import lazy
from components.core.recipe import Golden, Recipe
from components.recipes.product_attributes.card import card
from components.recipes.product_attributes.config import ProductAttributesConfig
from components.recipes.product_attributes.rows.row import identity
from components.recipes.product_attributes.scores import SCORES, SHOWN

_HERE = "components.recipes.product_attributes"

RECIPE = Recipe(
    config=ProductAttributesConfig,
    metrics=SCORES,
    shown=SHOWN,
    open_source=lazy(f"{_HERE}.ingest.examples:open_source"),
    make_examples=lazy(f"{_HERE}.ingest.examples:make_examples"),
    train=lazy(f"{_HERE}.train:train"),
    evaluate=lazy(f"{_HERE}.evaluate.evaluate:evaluate"),
    needs=lazy(f"{_HERE}.needs:needs"),
    package=lazy(f"{_HERE}.package:package"),
    load=lazy(f"{_HERE}.generate.predictor:load"),
    golden=Golden(make=lazy(f"{_HERE}.golden:make_golden"), check=lazy(f"{_HERE}.golden:check_golden")),
    features=lazy(f"{_HERE}.drift_features:features"),
    card=card,
    exports={},
    identity=identity,
)
