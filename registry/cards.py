"""Registry: a version's card, kept as its description, which MLflow's page shows as Markdown."""

from mlflow.entities.model_registry import ModelVersion

from components.core.card import Card, card_text
from components.core.config import ModelConfig
from registry.connection import connect, told_in_a_sentence
from registry.manifest import verified
from registry.scorecards import scorecard_of

LONGEST = 5000  # characters that MLflow's SQL stores keep of a description


@told_in_a_sentence()
def write_card(config: ModelConfig, version: ModelVersion, grid: str = "") -> bool:
    """Write the card of a version as its description; tell whether it was another one before.

    Args:
        config: of the model.
        version: read after its scores were written.
        grid: address of the page with its pictures; a link, since MLflow's page need not reach other servers.

    Raises:
        CheckpointError: the version's files are not what was registered.
    """
    origin = verified(version).manifest.origin
    data = ", ".join(f"{name} {value}" for name, value in _data(config).items())
    text = card_text(Card(int(version.version), config.about, data, origin, scorecard_of(version), grid))[:LONGEST]
    if version.description == text:
        return False
    connect().update_model_version(version.name, str(version.version), description=text)
    return True


def _data(config: ModelConfig) -> dict[str, str]:
    """Return the first settings of the data, which say what they are: the catalogue and the part of it."""
    told = config.data.model_dump(mode="json")
    return {name: str(told[name]) for name in ("catalogue", "where") if told.get(name)}
