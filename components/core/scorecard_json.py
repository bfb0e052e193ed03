"""Core: a scorecard as a JSON value, which is how it is kept."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from components.core.errors import RegistryError
from components.core.records import Score, Scorecard


def to_json(scorecard: Scorecard) -> dict[str, Any]:
    """Return the scorecard as a JSON value. What is no finite number is a text, which JSON has no number for."""
    scores = {
        name: {field: _finite(value) for field, value in asdict(score).items()}
        for name, score in scorecard.scores.items()
    }
    return {"subject": scorecard.subject, "snapshot": scorecard.snapshot, "split": scorecard.split, "scores": scores}


def from_json(text: str) -> Scorecard:
    """Return the scorecard that `to_json` has made a JSON value of.

    Raises:
        RegistryError: the text is something else.
    """
    try:
        found = json.loads(text)
        scores = {name: _score(fields) for name, fields in found["scores"].items()}
        return Scorecard(found["subject"], found["snapshot"], found["split"], scores)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RegistryError(f"A scorecard was edited and is none any more ({error}): run `evaluate` again.") from None


def _finite(value: Any) -> Any:
    return value if not isinstance(value, float) or math.isfinite(value) else repr(value)


def _score(fields: Mapping[str, Any]) -> Score:
    numbers = {name: float(fields[name]) for name in ("value", "low", "high")}
    floor = None if fields["floor"] is None else float(fields["floor"])
    return Score(**{**fields, **numbers, "floor": floor})
