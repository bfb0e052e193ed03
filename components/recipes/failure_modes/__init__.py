"""Failure modes: the recipe of models that classify maintenance comments. Importing it does not load torch."""

from components.core.lazy import lazy
from components.core.recipe import Golden, Recipe
from components.recipes.failure_modes.card import card
from components.recipes.failure_modes.comment import identity
from components.recipes.failure_modes.config import FailureModesConfig
from components.recipes.failure_modes.scores import SCORES, SHOWN

_HERE = "components.recipes.failure_modes"

RECIPE = Recipe(
    config=FailureModesConfig,
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
    corrections=lazy(f"{_HERE}.ingest.corrections:read_corrections"),
)
