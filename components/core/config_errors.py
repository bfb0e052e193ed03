"""Core: pydantic's errors about a model's YAML, turned into sentences."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel


def kind_of(value: Any) -> str:
    """Return the kind of a value in words: `nothing`, `a list`."""
    return "nothing" if value is None else f"a {type(value).__name__}"


def sentence(schema: type[BaseModel], error: Any) -> str:
    """Return one of pydantic's errors as a clause: the field, what was found, and what is allowed."""
    field = ".".join(map(str, error["loc"])) or "the whole"
    if error["type"] == "extra_forbidden":
        return f"{field} is not a known field; allowed here: {', '.join(_allowed(schema, error['loc'][:-1]))}"
    if error["type"] == "missing":
        return f"{field} is missing: add it"
    if error["type"] == "value_error":  # a validator of this project wrote the message
        return f"{field}: {error['ctx']['error']}"
    return f"{field} is {_short(error['input'])}, but {error['msg'][0].lower()}{error['msg'][1:]}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def _allowed(schema: type[BaseModel], sections: Sequence[str | int]) -> list[str]:
    for section in sections:
        inner = schema.model_fields[str(section)].annotation if str(section) in schema.model_fields else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return ["what the model's own YAML shows"]
        schema = inner
    return sorted(schema.model_fields)
