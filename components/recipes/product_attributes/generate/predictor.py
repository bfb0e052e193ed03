"""Product attributes: a loaded version as the house calls it: a condition in, rows out; or a table of conditions."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from components.core.errors import UsageError
from components.core.predictor import Check
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from components.data.catalogue.values import spelling_key
from components.recipes.product_attributes.config import ProductAttributesConfig
from components.recipes.product_attributes.generate.generate import decode_rows, generate_codes
from components.recipes.product_attributes.generate.where import read_conditions, read_where
from components.recipes.product_attributes.model_files import Version, open_version
from components.recipes.product_attributes.rows.row import Value

MOST_ROWS = 10_000
SEED, ERROR = "seed", "error"
LARGEST_SEED = 2**63 - 1 - MOST_ROWS
EXAMPLE: dict[str, Any] = {
    "where": {"articleType": "Casual Shoes", "baseColour": ["Red", "Blue"]},
    "count": 2,
    "seed": 7,
}


class AttributesRequest(BaseModel):
    """What rows must have, how many, and the seed of the first: row i is that of `seed + i`, whatever the count."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    where: Annotated[
        Mapping[str, Any],
        Field(description="column: value or list of values, or a text such as `articleType=Shirts`", examples=[{}]),
    ]
    count: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 1
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] = 0

    @field_validator("where", mode="before")
    @classmethod
    def _read(cls, where: Any) -> Mapping[str, Any]:
        return read_where(where)


class AttributesResponse(BaseModel):
    """Rows, each with its seed. A value is None where the catalogue would not say."""

    model_config = ConfigDict(frozen=True)

    rows: tuple[dict[str, Value], ...]
    seeds: tuple[int, ...]

    def files(self, origin: Mapping[str, str], /) -> Mapping[str, bytes]:
        """Return the rows as CSV, with the seed of each, and as JSON."""
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow([*(self.rows[0] if self.rows else ()), SEED])
        for row, seed in zip(self.rows, self.seeds, strict=True):
            writer.writerow(["" if value is None else value for value in (*row.values(), seed)])
        content = {"origin": dict(origin), "rows": list(self.rows), "seeds": list(self.seeds)}
        answer = json.dumps(content, indent=1, ensure_ascii=False)
        return {"rows.csv": table.getvalue().encode(), "rows.json": answer.encode()}


@dataclass(frozen=True, slots=True)
class AttributesPredictor:
    """A version that generates rows."""

    version: Version
    request: type[AttributesRequest] = AttributesRequest
    response: type[AttributesResponse] = AttributesResponse

    def predict(self, request: AttributesRequest, /) -> AttributesResponse:
        """Return the rows. Raises UsageError for an unknown column or value, or a condition that no row can meet."""
        seeds = range(request.seed, request.seed + request.count)
        return AttributesResponse(rows=tuple(self._rows(request.where, seeds)), seeds=tuple(seeds))

    def predict_table(self, rows: Sequence[Mapping[str, str]], /) -> Sequence[Mapping[str, Any]]:
        """Return one generated row for each row of conditions: a cell with a value is given, an empty one is generated.

        The seed is the row's `seed`, else its place from 0. A row that cannot be generated has its reason in `error`.

        Raises:
            UsageError: no column of the table is one of the model, or `seed`.
        """
        names = list(rows[0]) if rows else []
        known = self.known_columns(names) if rows else {}
        groups: dict[str, list[int]] = defaultdict(list)
        wanted = [{known[n]: row[n] for n in names if known[n] and str(row[n]).strip()} for row in rows]
        found: list[Mapping[str, Any]] = [{}] * len(rows)
        for place, row in enumerate(wanted):
            groups[json.dumps({k: v for k, v in row.items() if k != SEED}, sort_keys=True, default=str)].append(place)
        for places in groups.values():
            for place, answer in zip(places, self._answers([wanted[k] for k in places], places), strict=True):
                found[place] = answer
        return found

    def known_columns(self, names: Sequence[str]) -> dict[str, str | None]:
        """Return the column of the model, or `seed`, that each column of a table is; None for any other.

        Raises:
            UsageError: no column is one of them.
        """
        every = (*self.version.encoding.names, SEED)
        known = {name: _name(name, every) for name in names}
        if not any(known.values()):
            found = f"The table has the columns {', '.join(names) or 'none'}"
            raise UsageError(found, expected=f"one of {', '.join(every)} at least", act="rename one")
        return known

    def check(
        self, request: Any, response: AttributesResponse, attributes: Mapping[str, str], /
    ) -> Sequence[Sequence[Check]]:
        """Return for each row whether it has the attributes, and whether it meets every constraint."""
        encoding = self.version.encoding
        met = self.version.constraints.met(encoding.encode(response.rows))
        return [
            [_as_asked(row, attributes), Check("constraints", bool(fits), _about_constraints(bool(fits)))]
            for row, fits in zip(response.rows, met, strict=True)
        ]

    def _rows(self, where: Mapping[str, Any], seeds: Sequence[int]) -> list[dict[str, Value]]:
        conditions = read_conditions(where, self.version.encoding)
        found = generate_codes(self.version, conditions, seeds)
        return decode_rows(self.version.encoding, found.codes, seeds, conditions.numbers)

    def _answers(self, rows: Sequence[Mapping[Any, Any]], places: Sequence[int]) -> list[dict[str, Any]]:
        """Return the answers to rows with equal conditions; each says why if there is none."""
        empty: dict[str, Any] = dict.fromkeys(self.version.encoding.names)
        try:
            seeds = [_seed(row.get(SEED), place) for row, place in zip(rows, places, strict=True)]
            where = read_where({name: value for name, value in rows[0].items() if name != SEED})
            found = self._rows(where, seeds)
        except (UsageError, ValueError) as error:
            return [{**empty, SEED: None, ERROR: str(error)} for _ in rows]
        return [{**row, SEED: seed, ERROR: ""} for row, seed in zip(found, seeds, strict=True)]


def _name(name: str, known: Sequence[str]) -> str | None:
    wanted = spelling_key(name).replace(" ", "")
    return next((one for one in known if spelling_key(one).replace(" ", "") == wanted), None)


def _seed(value: Any, place: int) -> int:
    if value is None or not str(value).strip():
        return place
    number = float(value)
    if number != int(number) or not 0 <= number <= LARGEST_SEED:
        raise UsageError(f"The seed is {value}", expected=f"a whole number from 0 to {LARGEST_SEED}")
    return int(number)


def _as_asked(row: Mapping[str, Value], attributes: Mapping[str, str]) -> Check:
    other = [
        f"{name} is {row[name]} instead of {value}"
        for name, value in attributes.items()
        if name in row and spelling_key(str(row[name])) != spelling_key(str(value))
    ]
    return Check("attributes", not other, "; ".join(other) or "It has every attribute that was asked for.")


def _about_constraints(met: bool) -> str:
    return "It meets every constraint." if met else "It breaks a constraint of the version."


def load(config: ProductAttributesConfig, checkpoint: Checkpoint | None, log: RunLog) -> AttributesPredictor:
    """Return the predictor of a version. Raises UsageError for the base model: there is none."""
    if checkpoint is None:
        raise UsageError(f"{config.model} has no base model", expected="the number or alias of a version")
    return AttributesPredictor(open_version(checkpoint.folder))
