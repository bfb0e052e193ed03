"""Data: the fields of a row, in quotes or not."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# What exporters do: double a quote in a quoted field, put a backslash before it, put a space before a quoted field.
_STYLES: Sequence[Mapping[str, Any]] = ({}, {"doublequote": False, "escapechar": "\\"}, {"skipinitialspace": True})


def split_quoted(text: str, separator: str, quote: str, width: int) -> list[str] | None:
    """Return the fields of a row that has quotes, or None if the quotes in it do not pair or fields are missing.

    Of the styles of quoting, one that gives exactly `width` fields is preferred. More fields may be right: a separator
    that is not quoted is repaired later. Then a space before a quote makes it a part of the field.
    """
    more: list[str] | None = None
    for fields, plain in _ways(text, separator, quote):
        if len(fields) == width:
            return fields
        more = fields if plain and more is None and len(fields) > width else more
    return more


def is_open(text: str, separator: str, quote: str) -> bool:
    """Return whether a row ends within a quoted field, so that the next line belongs to it."""
    return not any(_ways(text, separator, quote)) and any(_ways(text + quote, separator, quote))


def _ways(text: str, separator: str, quote: str) -> Iterator[tuple[list[str], bool]]:
    spaced = f"{separator} {quote}" in text
    for style in sorted(_STYLES, key=lambda style: spaced and "skipinitialspace" not in style):
        if "escapechar" in style and f"\\{quote}" not in text:
            continue
        lines = text.split("\n")
        reader = csv.reader([*(f"{line}\n" for line in lines[:-1]), lines[-1]], **_options(style, separator, quote))
        try:
            fields = next(reader, [])
        except csv.Error:
            continue
        if reader.line_num == len(lines):  # the quotes reach over all lines
            yield fields, "skipinitialspace" not in style


def _options(style: Mapping[str, Any], separator: str, quote: str) -> dict[str, Any]:
    return {"delimiter": separator, "quotechar": quote, "strict": True, **style}
