"""Registry: a version's model card, written as its MLflow description (Markdown)."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mlflow.entities.model_registry import ModelVersion

from components.core.card import Card, card_text
from components.core.config import ModelConfig
from components.core.masking import mask
from components.core.plain_text import markdown
from components.recipes import get_recipe
from registry import tags as tag
from registry.base_folders import place_in
from registry.client import connect, translate_errors
from registry.evaluations import grid_of
from registry.scorecards import scorecard_of, scorecard_on_test
from registry.settings import REPOSITORY
from registry.version_files import verified_files
from registry.version_record import kept

LONGEST = 5000  # characters: the longest description that MLflow's SQL stores keep


@translate_errors()
def write_card(config: ModelConfig, version: ModelVersion) -> bool:
    """Write a version's card as its description; return False where that is what the description says already.

    Read the version after its scores were written: the card shows the scores of its tags.

    Raises:
        CheckpointError: the version's files are not what was registered.
    """
    files, record = verified_files(version), kept(version)
    origin, number = files.manifest.origin, int(version.version)
    base = str(place_in(files.folder) or origin.base_model)
    card = Card(
        number,
        config.about,
        get_recipe(config.recipe).card(config, number, base),
        _data(config),
        replace(origin, base_model=_short(base)),
        scorecard_of(version),
        scorecard_on_test(version),
        grid_of(version),
        str(record.get(tag.DECISION, "")),
        str(record.get(tag.DECISION_REASON, "")),
    )
    text = mask(card_text(card))[:LONGEST]
    if version.description == text:
        return False
    connect().update_model_version(version.name, str(version.version), description=text)
    return True


def _data(config: ModelConfig) -> str:
    """Return the catalogue and the selection of the model's data, as one line of Markdown."""
    data = config.data.model_dump(mode="json")
    catalogue = [f"catalogue {markdown(str(data['catalogue']))}"] if data.get("catalogue") else []
    return ", ".join([*catalogue, *_selection(data.get("where"))]) or "as its model's YAML says"


def _selection(where: Any) -> list[str]:
    if not isinstance(where, Mapping):
        return [markdown(str(where))] if where else []
    values = {field: " or ".join(map(str, v)) if isinstance(v, list) else str(v) for field, v in where.items()}
    return [f"{markdown(field)} {markdown(value)}" for field, value in values.items()]


def _short(base_model: str) -> str:
    """Return a base model's name; one inside this repository by its relative path."""
    path = Path(base_model)
    return str(path.relative_to(REPOSITORY)) if path.is_absolute() and path.is_relative_to(REPOSITORY) else base_model
