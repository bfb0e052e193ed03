"""Product attributes: the part of a version's card about its limits and how to load it."""

from components.core.card import CardNotes
from components.recipes.product_attributes.config import ProductAttributesConfig


def card(config: ProductAttributesConfig, version: int, base_model: str) -> CardNotes:
    name, first = config.model, config.data.categories[0]
    return CardNotes(
        limits=[
            "Its rows look like those of the catalogue; none is a product that exists, or a fact about a market.",
            "It knows the values of its training only, and refuses a condition that no row of the training supports.",
            "It repeats what the catalogue has, such as which colours or prices go with which gender.",
            "A version keeps values of training rows, the chain whole rows: publish it only if they are public.",
        ],
        loading=[
            f'- `atelier generate {name} "{first}=..." --n 10 --version {version}`; an empty text gives any rows',
            f"- `mlflow models serve --model-uri models:/{name}/{version} --env-manager local`",
            "",
            "```python",
            "import mlflow.pyfunc, pandas",
            f'model = mlflow.pyfunc.load_model("models:/{name}/{version}")',
            f'model.predict(pandas.DataFrame({{"{first}": [None] * 10}}), params={{"seed": 0}})  # ten rows',
            "```",
            "",
            "- The code of Atelier must be installed there. The files hold no pickle.",
        ],
    )
