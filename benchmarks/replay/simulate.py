"""Benchmarks / replay: simulates a plan, and as many days without any event."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from benchmarks.replay.figures import figures_of
from benchmarks.replay.pictures import measure
from benchmarks.replay.plan import Plan
from benchmarks.replay.records import History
from benchmarks.replay.rows import make_rows
from benchmarks.replay.year import Year
from components.core.config import override, parse_config, read_yaml
from components.recipes import get_recipe
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.starter.vision import load_vision

YAML = Path(__file__).resolve().parents[2] / "deployments" / "models" / "starter.yaml"
# What a team might set: training at night alone, and a budget.
SETTINGS = ("retrain.gpu_hours_a_month=9", "retrain.first_hour=22", "retrain.last_hour=6")
NEVER = 10**6  # a day that does not come


@dataclass(frozen=True)
class Replay:
    """A simulated time, its totals, and those of as many days without events."""

    plan: Plan
    config: ProductImagesConfig
    history: History
    figures: dict[str, Any]
    quiet: dict[str, Any]
    products: int


def simulate(plan: Plan) -> Replay:
    """Draw the products, and go through the days with and without the events of the plan."""
    config, calm = starter_config(), replace(plan, events=(), killed_after=NEVER)
    rows = make_rows(plan)
    every = [*rows, *make_rows(calm, after=len(rows))]
    facts = measure(every, load_vision(), config.data.caption)
    of_calm = every[len(rows) :]
    history = Year(plan, config, every, facts, rows).live()
    quiet = Year(calm, config, every, facts, of_calm).live()
    return Replay(plan, config, history, figures_of(plan, history), figures_of(calm, quiet), len(rows))


def starter_config() -> ProductImagesConfig:
    """Return the starter's own YAML, with the hours and the budget of this replay."""
    recipe = get_recipe("product-images")
    settings = override(read_yaml(YAML), SETTINGS)
    return cast(ProductImagesConfig, parse_config(recipe.config, settings, YAML.name, recipe.metrics))
