"""Failure modes: the part of a version's card about its limits and how to load it."""

from components.core.card import CardNotes
from components.recipes.failure_modes.config import FailureModesConfig


def card(config: FailureModesConfig, version: int, base_model: str) -> CardNotes:
    name = config.model
    return CardNotes(
        limits=[
            "It knows the failure modes of its training only, and gives one answer where a comment has two faults.",
            f"It abstains where it is less sure than its threshold, which was set for a precision of "
            f"{config.answer.precision:.0%} on comments like those of its training; on others nothing is promised.",
        ],
        loading=[
            f'- `atelier generate {name} "COMMENT" --version {version}`',
            f"- `mlflow models serve --model-uri models:/{name}/{version} --env-manager local`",
            "",
            "```python",
            "import mlflow.pyfunc, pandas",
            f'model = mlflow.pyfunc.load_model("models:/{name}/{version}")',
            'model.predict(pandas.DataFrame({"text": ["hose leaking oil"]}))',
            "```",
            "",
            "- The code of Atelier must be installed there. The files hold no pickle.",
        ],
    )
