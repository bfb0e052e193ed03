"""Core: scorecards as JSON, the form in which they are stored."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from components.core.errors import RegistryError
from components.core.records import Score, Scorecard


def to_json(scorecard: Scorecard) -> dict[str, Any]:
    """Return the scorecard as a JSON value. Infinities and NaN, which JSON has no numbers for, become texts."""
    scores = {
        name: {field: _finite(value) for field, value in asdict(score).items()}
        for name, score in scorecard.scores.items()
    }
    return {"subject": scorecard.subject, "snapshot": scorecard.snapshot, "split": scorecard.split, "scores": scores}


def from_json(content: Any) -> Scorecard:
    """Return the scorecard of a JSON value or of its text, the reverse of `to_json`.

    Raises:
        RegistryError: the content is not a scorecard.
    """
    try:
        found = json.loads(content) if isinstance(content, str | bytes) else content
        scores = {name: _score(fields) for name, fields in found["scores"].items()}
        return Scorecard(found["subject"], found["snapshot"], found["split"], scores)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        found = f"A stored scorecard cannot be read ({error})"
        raise RegistryError(found, expected="one that `evaluate` wrote", act="run `evaluate` again") from None


def _finite(value: Any) -> Any:
    return value if not isinstance(value, float) or math.isfinite(value) else repr(value)


def _score(fields: Mapping[str, Any]) -> Score:
    numbers = {name: float(fields[name]) for name in ("value", "low", "high")}
    floor = None if fields["floor"] is None else float(fields["floor"])
    return Score(**{**fields, **numbers, "floor": floor})
