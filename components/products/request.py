"""Products: a request for products, and what it asks of the attributes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from components.core.errors import UsageError
from components.products.config import ProductLine, Value, Where

MOST = 64  # products of one request; batches have any number
LONGEST = 200  # characters of a value
MOST_CONSTRAINTS = 32

_Text = Annotated[str, Field(max_length=LONGEST)]
_Value = _Text | int | float


class ProductRequest(BaseModel):
    """Which products to generate. The same request and seed give the same products."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "category": "Footwear",
                    "subcategory": "Casual Shoes",
                    "constraints": {"color": "Red", "gender": "Women"},
                    "num_samples": 2,
                    "seed": 7,
                }
            ]
        },
    )

    category: Annotated[_Text, Field(description="such as Footwear; any if empty")] = ""
    subcategory: Annotated[_Text, Field(description="such as Casual Shoes; any if empty")] = ""
    constraints: Annotated[
        Mapping[_Text, _Value | list[_Value]],
        Field(max_length=MOST_CONSTRAINTS, description="column or word such as color -> a value, or several"),
    ] = {}
    num_samples: Annotated[int, Field(ge=1, le=MOST)] = 1
    seed: Annotated[
        int | None, Field(ge=0, lt=2**53, description="of the first product; each next has the next seed")
    ] = None


def where_of(line: ProductLine, request: ProductRequest) -> dict[str, Any]:
    """Return what the attributes of the requested products must have, by column: the line's own values narrowed down.

    Raises:
        UsageError: the request asks for something that the line does not make, or for two values at once.
    """
    asked: dict[str, list[Value]] = {}
    given = [(line.category, request.category), (line.subcategory, request.subcategory)]
    constraints = [(line.column(word), value) for word, value in request.constraints.items()]
    for column, value in [*((column, value) for column, value in given if value), *constraints]:
        values = _listed(value)
        if column in asked and asked[column] != values:
            raise UsageError(f"The request has {column} {_said(asked[column])} and {_said(values)}", expected="one")
        asked[column] = values
    return merged(line.where, asked, f"The product line {line.line}")


def merged(own: Where, asked: Mapping[str, Value | Sequence[Value]], who: str) -> dict[str, Any]:
    """Return both, where each column that both have keeps what was asked for.

    Raises:
        UsageError: something was asked for that is not among the own values.
    """
    found: dict[str, Any] = dict(own)
    for column, value in asked.items():
        wanted, known = _listed(value), _listed(own[column]) if column in own else None
        spelled = [_as_known(one, known) for one in wanted]
        if not spelled or None in spelled:
            raise UsageError(
                f"{who} makes {column} {_said(known or [])}, and {_said(wanted) or 'nothing'} was asked for",
                expected=f"one of {_said(known or [], ', ') or 'its values'}",
            )
        found[column] = spelled[0] if len(spelled) == 1 else spelled
    return found


def spelled(where: Mapping[str, Any], known: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """Return constraints in the spelling of known values; what is not among them stays, for the model to judge.

    >>> spelled({"baseColour": "red", "year": 2012}, {"baseColour": ["Red", "Blue"]})
    {'baseColour': 'Red', 'year': 2012}
    """
    found: dict[str, Any] = {}
    for column, value in where.items():
        as_known = {one.casefold(): one for one in known.get(column, ())}
        values = [as_known.get(str(one).strip().casefold(), one) for one in _listed(value)]
        found[column] = values if isinstance(value, list) else values[0]
    return found


def _as_known(value: Value, known: Sequence[Value] | None) -> Value | None:
    """Return a value in the spelling of the known ones; None if it is none of them. Without known ones any is right."""
    if known is None:
        return value
    return next((one for one in known if str(one).casefold() == str(value).strip().casefold()), None)


def _listed(value: Value | Sequence[Value]) -> list[Value]:
    return [value] if isinstance(value, str | int | float) else list(value)


def _said(values: Sequence[Value], between: str = " or ") -> str:
    return between.join(map(str, values))
