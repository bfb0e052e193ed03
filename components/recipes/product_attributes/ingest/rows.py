"""Product attributes: the rows of a catalogue: values by column, repaired, or refused with a reason."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.core.errors import DataError
from components.data.catalogue.brands import guess_brand, known_brands
from components.data.catalogue.catalogue import Catalogue
from components.data.catalogue.schema import ID, NAME, Row
from components.data.catalogue.style_files import Offer, read_offer
from components.data.catalogue.values import spelling_key
from components.recipes.product_attributes.rows.row import Value
from components.recipes.product_attributes.rows.settings import Constraint, DataSettings, NumberColumn

BRAND, PRICE, DISCOUNT = "brand", "price", "discount"
OFFERED = (BRAND, PRICE, DISCOUNT)  # columns that style files give where styles.csv has none of the name
RARE, ROUNDED, UNREADABLE = "rare-value-as-missing", "number-rounded", "unreadable-number"
NO_VALUE, OUT_OF_RANGE, NO_KEY = "required-value-missing", "out-of-range", "key-missing"
BREAKS = "breaks-constraint"


@dataclass(frozen=True, slots=True)
class Read:
    """A row with its values, its repairs, and why it is refused, or empty."""

    id: str
    key: str
    values: Mapping[str, Value]
    repairs: tuple[str, ...] = ()
    refused: str = ""
    detail: str = ""


def read_rows(catalogue: Catalogue, data: DataSettings) -> tuple[list[Read], Counter[str]]:
    """Return every row that the table could be read into, kept or refused, and the faults of style files.

    Raises:
        DataError: the catalogue has no such column.
    """
    _check_columns(catalogue, data)
    offers = {row.id: read_offer(catalogue.files.styles.get(row.id)) for row in catalogue.rows}
    needed = any(name in OFFERED and not _has(catalogue, name) for name in data.columns)
    faults = Counter(offer.fault for offer in offers.values() if offer.fault) if needed else Counter()
    brands = known_brands((r.values[NAME] for r in catalogue.rows), (offer.brand for offer in offers.values()))
    found = [_read(row, offers[row.id], brands, data) for row in catalogue.rows]
    return [_checked(row, data) for row in _without_rare(found, data.rare)], faults


def _check_columns(catalogue: Catalogue, data: DataSettings) -> None:
    known = set(catalogue.rows[0].values) | set(OFFERED) if catalogue.rows else {*data.columns, *data.key}
    missing = [name for name in (*data.key, *data.columns) if name not in known]
    if missing:
        found = f"{catalogue.files.folder / 'styles.csv'} has no column {', '.join(missing)}"
        raise DataError(found, expected=f"one of {', '.join(sorted(known))}", act="correct data in the YAML")


def _has(catalogue: Catalogue, name: str) -> bool:
    return bool(catalogue.rows) and name in catalogue.rows[0].values


def _read(row: Row, offer: Offer, brands: frozenset[str], data: DataSettings) -> Read:
    repairs = [str(repair) for repair in row.repairs]
    offered = {
        BRAND: offer.brand or guess_brand(row.values[NAME], brands),
        PRICE: offer.price,
        DISCOUNT: offer.discount,
    }
    raw = {name: row.values[name] if name in row.values else offered[name] for name in data.columns}
    values: dict[str, Value] = {name: raw[name] or None for name in data.categories}
    for name, column in data.numbers.items():
        values[name], repair = _number(raw[name], column)
        repairs += [repair] if repair else []
    key = "\n".join(row.values[name] for name in data.key)
    return Read(str(row.id), key if row.values[data.key[0]] else "", values, tuple(dict.fromkeys(repairs)))


def _number(raw: str | float | None, column: NumberColumn) -> tuple[Value, str]:
    """Return a number with the column's decimals, None where there is none, and the code of a repair, or empty."""
    if raw is None or raw == "":
        return None, ""
    try:
        number = float(raw)
    except ValueError:
        return None, UNREADABLE
    if number != number or abs(number) == float("inf"):
        return None, UNREADABLE
    rounded = round(number, column.decimals)
    value = int(rounded) if column.decimals == 0 else rounded
    return value, ROUNDED if abs(rounded - number) > 1e-9 else ""


def _without_rare(rows: Sequence[Read], rare: Mapping[str, int]) -> list[Read]:
    """Return the rows with rare values as missing ones."""
    counts = {name: Counter(row.values[name] for row in rows) for name in rare}

    def changed(row: Read) -> Read:
        few = {n: None for n, least in rare.items() if row.values[n] is not None and counts[n][row.values[n]] < least}
        return Read(row.id, row.key, {**row.values, **few}, (*row.repairs, RARE)) if few else row

    return [changed(row) for row in rows]


def _checked(row: Read, data: DataSettings) -> Read:
    reason, detail = _refusal(row, data)
    return Read(row.id, row.key, row.values, row.repairs, reason, detail) if reason else row


def _refusal(row: Read, data: DataSettings) -> tuple[str, str]:
    if not row.key:
        return NO_KEY, f"{ID} or another key is empty"
    if absent := [name for name in data.required if row.values[name] is None]:
        return NO_VALUE, f"{', '.join(absent)} is missing"
    for name, column in data.numbers.items():
        value = row.values[name]
        below = value is not None and column.low is not None and float(value) < column.low
        above = value is not None and column.high is not None and float(value) > column.high
        if below or above:
            return OUT_OF_RANGE, f"{name} is {value}"
    broken = next((constraint for constraint in data.constraints if breaks(row.values, constraint)), None)
    return (BREAKS, broken.sentence()) if broken else ("", "")


def breaks(values: Mapping[str, Value], constraint: Constraint) -> bool:
    """Return whether a row breaks a stated constraint. Letter case, white space and hyphens do not matter."""

    def is_one_of(name: str, options: Sequence[str]) -> bool:
        return spelling_key(str(values[name] or "")) in {spelling_key(option) for option in options}

    if not all(is_one_of(name, options) for name, options in constraint.when.items()):
        return False
    never = any(is_one_of(name, options) for name, options in constraint.never.items())
    return never or not all(is_one_of(name, options) for name, options in constraint.only.items())
