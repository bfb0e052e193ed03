"""Demand: the part of a version's card about its limits and how to load it."""

from components.core.card import CardNotes
from components.recipes.demand.config import DemandConfig


def card(config: DemandConfig, version: int, base_model: str) -> CardNotes:
    name, data = config.model, config.data
    return CardNotes(
        limits=[
            f"It forecasts {data.horizon} periods ({data.frequency}) of products like those of its table. What was not "
            "sold because stock had run out is not in the table: demand may have been higher than sales.",
            "It knows no price or promotion of the future, no new shop and no new competitor.",
            f"It was chosen for a service level of {config.evaluate.service_level:.0%}: another needs another choice.",
        ],
        loading=[
            f"- `atelier generate {name} PRODUCT --version {version}`",
            f"- `mlflow models serve --model-uri models:/{name}/{version} --env-manager local`",
            "",
            "```python",
            "import mlflow.pyfunc, pandas",
            f'model = mlflow.pyfunc.load_model("models:/{name}/{version}")',
            'model.predict(pandas.DataFrame({"id": ["PRODUCT"]}))',
            "```",
            "",
            "- The code of Atelier must be installed there. The files hold no pickle.",
        ],
    )
