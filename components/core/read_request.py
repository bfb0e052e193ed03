"""Core: the fields of a request to a model, checked by the model's own request class."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from components.core.errors import UsageError


def read_request(model: str, kind: type[BaseModel], fields: Mapping[str, Any]) -> BaseModel:
    """Return the request with these fields.

    Raises:
        UsageError: the model refuses a field, or lacks one; the message names the first.
    """
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "request"
        raise UsageError(f"{model} does not take this {where} ({first['msg']})", act="correct it") from None
