"""Core: the base of all sections of a model's YAML."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Positive = Annotated[float, Field(ge=0)]


class Strict(BaseModel):
    """A frozen section of a YAML file, in which an unknown field is an error.

    The docstrings of fields and section classes become the texts of docs/models.md and the JSON Schemas (`make docs`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def unit(name: str) -> Any:
    """Return the annotation that puts a field's unit into docs/models.md and the JSON Schema."""
    return Field(json_schema_extra={"unit": name})
