"""Product attributes: conditions: which values a generated row has, as people and programs write them."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from components.core.errors import UsageError
from components.data.catalogue.values import spelling_key
from components.recipes.product_attributes.candidates.model import Given
from components.recipes.product_attributes.rows.encoding import UNKNOWN, Column, Encoding

_NEXT = re.compile(r"[,;]\s*(?=[^,;=]+=)")  # a comma belongs to a value unless a column follows it
MOST_SHOWN = 8
Where = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is given: the codes of columns, and the numbers that a row must have exactly, by column."""

    given: Given = field(default_factory=dict)
    numbers: Mapping[int, tuple[float, ...]] = field(default_factory=dict)
    sentence: str = ""  # such as `articleType=Casual Shoes, baseColour=Red`


def read_where(where: Any) -> dict[str, list[Any]]:
    """Return the accepted values of each column, from a mapping or from a text.

    >>> read_where("articleType=Casual Shoes, baseColour=Red|Navy Blue")
    {'articleType': ['Casual Shoes'], 'baseColour': ['Red', 'Navy Blue']}

    Raises:
        ValueError: it is neither; the message says how to write it.
    """
    if isinstance(where, str):
        return _from_text(where)
    if not isinstance(where, Mapping):
        raise ValueError(f"where is {type(where).__name__}, expected a mapping or a text such as articleType=Shirts")
    found: dict[str, list[Any]] = {}
    for name, value in where.items():
        values = list(value) if isinstance(value, list | tuple) else [value]
        odd = [one for one in values if isinstance(one, bool) or not isinstance(one, str | int | float)]
        if odd or not values:
            raise ValueError(f"where.{name} is {value!r}, expected a text, a number, or a list of them")
        found[str(name)] = values
    return found


def _from_text(text: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for part in _NEXT.split(text.strip()) if text.strip() else []:
        name, equals, values = part.partition("=")
        options = [value.strip() for value in values.split("|") if value.strip()]
        if not equals or not name.strip() or not options:
            raise ValueError(f"{part.strip()!r} is no condition, expected one such as articleType=Casual Shoes")
        if name.strip() in found:
            raise ValueError(f"{name.strip()} is there twice, expected one condition with the values parted by |")
        found[name.strip()] = options
    return found


def read_conditions(where: Where, encoding: Encoding) -> Conditions:
    """Return the conditions on codes. Letter case, white space and hyphens of names and values do not matter.

    Raises:
        UsageError: a column or a value that the training does not have; the message names the closest ones.
    """
    given: dict[int, Any] = {}
    numbers: dict[int, tuple[float, ...]] = {}
    parts = []
    for name, values in where.items():
        place = _column(name, encoding)
        column = encoding.columns[place]
        codes, exact = zip(*[_code(column, value) for value in values], strict=True)
        mask = np.isin(np.arange(column.size), codes)
        given[place] = given[place] & mask if place in given else mask
        if column.is_number:
            numbers[place] = tuple(exact)
        parts.append(f"{column.name}={' or '.join(map(str, values[:MOST_SHOWN]))}")
    return Conditions(given, numbers, ", ".join(parts))


def _column(name: str, encoding: Encoding) -> int:
    keys = [spelling_key(known).replace(" ", "") for known in encoding.names]
    key = spelling_key(name).replace(" ", "")
    if key not in keys:
        raise UsageError(
            f"No column is called {name!r}", expected=f"one of {', '.join(encoding.names)}", act="correct the condition"
        )
    return keys.index(key)


def _code(column: Column, value: Any) -> tuple[int, float]:
    """Return the code of a given value, and the value itself if it is a number."""
    if column.is_number:
        return _code_of_number(column, value)
    wanted = spelling_key(str(value))
    for code, known in enumerate(column.values):
        if spelling_key(known) == wanted:
            return code, 0.0
    names = list(column.values)
    close = difflib.get_close_matches(str(value), names, 3, cutoff=0.5)
    shown = list(dict.fromkeys([*close, *names]))[:MOST_SHOWN]
    more = f" and {len(names) - len(shown)} others" if len(names) > len(shown) else ""
    found = f"No row of the training has {column.name}={value}"
    raise UsageError(found, expected=f"one of {', '.join(shown)}{more}", act="correct the condition")


def _code_of_number(column: Column, value: Any) -> tuple[int, float]:
    low, high = column.bins[0][0][0], column.bins[-1][-1][0]
    try:
        number = float(str(value).replace(",", "") if isinstance(value, str) else value)
    except ValueError:
        raise UsageError(f"{column.name}={value} is no number", expected="one", act="correct the condition") from None
    code = column.code_of(number) if number == number else UNKNOWN
    if code == UNKNOWN:
        found = f"{column.name}={value} is outside of what the training has"
        raise UsageError(found, expected=f"{low:g} to {high:g}", act="correct the condition")
    return code, number
