"""Core: what people say is right of examples, and how a recipe reads it from a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says is right, in the fields that the recipe's `corrections` read, by whom and when."""

    fields: Mapping[str, str]
    by: str
    time: float  # seconds since 1970


class ReadCorrections(Protocol):
    def __call__(self, config: Any, file: Path, /) -> Sequence[Mapping[str, str]]:
        """Return the fields of each correction in a file: the first names the example, the others say what is right.

        Raises DataError if the file holds none, or one is incomplete.
        """
        ...
