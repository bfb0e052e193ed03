"""Product descriptions: the recipe of language models that write descriptions of products. It loads no torch."""

from components.core.lazy import lazy
from components.core.recipe import Base, Golden, Recipe
from components.recipes.product_descriptions.card import card
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.example import identity
from components.recipes.product_descriptions.rated import RATED
from components.recipes.product_descriptions.scores import SCORES, SHOWN

_HERE = "components.recipes.product_descriptions"

RECIPE = Recipe(
    config=ProductDescriptionsConfig,
    metrics=SCORES,
    shown=SHOWN,
    open_source=lazy(f"{_HERE}.ingest.examples:open_source"),
    make_examples=lazy(f"{_HERE}.ingest.examples:make_examples"),
    train=lazy(f"{_HERE}.train.train:train"),
    evaluate=lazy(f"{_HERE}.evaluate.evaluate:evaluate"),
    needs=lazy(f"{_HERE}.needs:needs"),
    package=lazy(f"{_HERE}.package:package"),
    load=lazy(f"{_HERE}.predict.predictor:load"),
    golden=Golden(make=lazy(f"{_HERE}.golden:make_golden"), check=lazy(f"{_HERE}.golden:check_golden")),
    features=lazy(f"{_HERE}.drift_features:features"),
    card=card,
    exports={"peft": lazy(f"{_HERE}.export:write_peft")},
    base=Base(
        folder=lazy(f"{_HERE}.generate.base_folder:folder_of"),
        digest=lazy(f"{_HERE}.generate.base_folder:base_digest"),
    ),
    identity=identity,
    rated=RATED,
    responses=lazy(f"{_HERE}.drift_responses:responses"),
)
