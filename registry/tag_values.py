"""Registry: values as MLflow's parameters and tags take them: flat, as text, cut to a length, without passwords."""

import json
from collections.abc import Mapping
from typing import Any

from components.core.masking import mask

LONGEST_VALUE = 500  # characters of a parameter or tag; longer ones are cut, for MLflow's tables


def flatten(mapping: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Turn sections into dotted names: `{"train": {"steps": 6}}` becomes `{"train.steps": 6}`."""
    flattened: dict[str, Any] = {}
    for name, value in mapping.items():
        flattened |= flatten(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {f"{prefix}{name}": value}
    return flattened


def truncate(text: str) -> str:
    text = mask(text)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
