"""Failure modes: the settings by which a comment is read, the same in ingest and in predictions."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, field_validator

from components.core.strict import Strict, unit

Detail = Literal["names", "phones", "plates", "vins", "emails"]
DETAILS: tuple[Detail, ...] = ("names", "phones", "plates", "vins", "emails")


class Reading(Strict):
    """How a comment is read before a model sees it, in ingest and in each prediction."""

    abbreviations: Mapping[str, str] = {}
    """What an abbreviation stands for: `cyl: cylinder`. Letter case does not matter, and only whole words are replaced.
    Quote keys such as `"no"` and `"on"`, which YAML reads as false and true."""
    mask: Sequence[Detail] = DETAILS
    """The personal details that are replaced by words such as `<phone>`: names after words such as `operator`, phone
    numbers, number plates, vehicle identification numbers, mail addresses."""
    names: Sequence[str] = ()
    """Names of people that are masked wherever they stand, such as those of a workshop's staff."""
    longest: Annotated[int, Field(ge=20), unit("characters")] = 2000
    """A longer text is quarantined, and a prediction of it abstains: no comment is a document."""

    @field_validator("abbreviations", mode="before")
    @classmethod
    def _keys_are_text(cls, table: object) -> object:
        if isinstance(table, Mapping) and (odd := [key for key in table if not isinstance(key, str)]):
            raise ValueError(f"abbreviations has the key {odd[0]!r}, expected a text: put it in quotes")
        return table
