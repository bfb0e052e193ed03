"""Core: the base of all sections of a model's YAML."""

from collections.abc import Mapping
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

Positive = Annotated[float, Field(ge=0)]


class Strict(BaseModel):
    """A frozen section of a YAML file, in which an unknown field is an error.

    The docstrings of fields and section classes become the texts of docs/models.md and the JSON Schemas (`make docs`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Refuse a field `keys`: Python's `dict(section)`, which Prefect calls on what a task gets, would call it."""
        if "keys" in cls.model_fields:
            raise TypeError(f"{cls.__name__} has a field called keys, expected another name")

    @model_validator(mode="before")
    @classmethod
    def _no_number_is_yes_or_no(cls, fields: Any) -> Any:
        """Refuse `steps: yes`, which pydantic would read as 1."""
        for name, value in fields.items() if isinstance(fields, Mapping) else ():
            known = cls.model_fields.get(str(name))
            if isinstance(value, bool) and known is not None and not _takes_bool(known.annotation):
                raise ValueError(f"{name} is {'yes' if value else 'no'}, expected another kind of value")
        return fields


def _takes_bool(annotation: Any) -> bool:
    return annotation in (bool, Any) or any(_takes_bool(inner) for inner in get_args(annotation))


def unit(name: str) -> Any:
    """Return the annotation that puts a field's unit into docs/models.md and the JSON Schema."""
    return Field(json_schema_extra={"unit": name})
