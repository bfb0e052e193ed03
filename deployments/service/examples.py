"""Deployments: example requests, from the examples in the fields of a model's requests."""

from typing import Any

from pydantic import BaseModel, ValidationError


def example_fields(kind: type[BaseModel]) -> dict[str, Any] | None:
    """Return the first example of each field that a request needs, None if one has no example."""
    needed = {name: field.examples for name, field in kind.model_fields.items() if field.is_required()}
    if not all(needed.values()):
        return None
    return {name: examples[0] for name, examples in needed.items() if examples}


def example_request(kind: type[BaseModel]) -> BaseModel | None:
    """Return the example as a request, None if there is none."""
    fields = example_fields(kind)
    try:
        return None if fields is None else kind.model_validate(fields)
    except ValidationError:  # fields that only fit together
        return None
