"""Demand: the recipe of models that forecast the demand for products. Importing it loads no forecasting library."""

from components.core.lazy import lazy
from components.core.recipe import Golden, Recipe
from components.recipes.demand.card import card
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.scores import SCORES, SHOWN
from components.recipes.demand.series import identity

_HERE = "components.recipes.demand"

RECIPE = Recipe(
    config=DemandConfig,
    metrics=SCORES,
    shown=SHOWN,
    open_source=lazy(f"{_HERE}.ingest.examples:open_source"),
    make_examples=lazy(f"{_HERE}.ingest.examples:make_examples"),
    train=lazy(f"{_HERE}.train:train"),
    evaluate=lazy(f"{_HERE}.evaluate.evaluate:evaluate"),
    needs=lazy(f"{_HERE}.needs:needs"),
    package=lazy(f"{_HERE}.package:package"),
    load=lazy(f"{_HERE}.predict.predictor:load"),
    golden=Golden(make=lazy(f"{_HERE}.golden:make_golden"), check=lazy(f"{_HERE}.golden:check_golden")),
    features=lazy(f"{_HERE}.drift_features:features"),
    card=card,
    exports={},
    identity=identity,
    responses=lazy(f"{_HERE}.drift_responses:responses"),
)
