"""Registry: what people ask about a version that answers requests: its scores, since when, its licence."""

from collections.abc import Sequence
from typing import Any

from components.core.errors import RegistryError
from components.recipes import get_recipe
from registry import tags as tag
from registry.ledger.store import history, last_move
from registry.loaded import Loaded
from registry.scorecards import scorecard_in
from registry.search import read_version
from registry.version_record import kept


def facts_of(loaded: Loaded) -> dict[str, Any]:
    """Return the facts as JSON values; `since` in seconds since 1970, or None."""
    number = int(loaded.origin["version"])
    record = kept(read_version(loaded.config.model, number))
    scorecard = scorecard_in(record)
    scores = scorecard.scores if scorecard else {}
    recipe = get_recipe(loaded.config.recipe)
    return {
        "about": loaded.config.about,
        "kind": loaded.config.recipe,
        "snapshot": record.get(tag.SNAPSHOT),
        "since": _since(loaded.config.model, number),
        "scores": {
            name: {"value": scores[name].value, "low": scores[name].low, "high": scores[name].high, "n": scores[name].n}
            for name in recipe.shown
            if name in scores
        },
    }


def refused_licence(loaded: Loaded, refused: Sequence[str]) -> str:
    """Return the line of the version's card about its base that has a refused text; empty if none has."""
    if not refused:
        return ""
    recipe, version = get_recipe(loaded.config.recipe), int(loaded.origin["version"])
    base = str(kept(read_version(loaded.config.model, version)).get(tag.BASE_MODEL, ""))
    lines = recipe.card(loaded.config, version, base).base
    words = [word.casefold() for word in refused]
    return next((line for line in lines if any(word in line.casefold() for word in words)), "")


def _since(model: str, number: int) -> float | None:
    try:
        last = last_move(history(model))
    except RegistryError:  # a ledger that was altered is for `verify`: the version answers all the same
        return None
    return last.time if last and last.move.to_version == number else None
