"""Data: what a catalogue in the Kaggle layout must hold, and the names of all that can be wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

# The columns of styles.csv that must be there, in any order; further ones are carried along.
COLUMNS: Sequence[str] = (
    "id",
    "gender",
    "masterCategory",
    "subCategory",
    "articleType",
    "baseColour",
    "season",
    "year",
    "usage",
    "productDisplayName",
)
ATTRIBUTES: Sequence[str] = COLUMNS[1:]
NAME = "productDisplayName"  # the column that unquoted commas belong to
LAYOUT = "styles.csv, images/<id>.jpg and, where there are any, styles/<id>.json and images.csv"

MISSING_TEXTS = frozenset({"", "NA", "N/A", "NaN", "nan", "NULL", "null"})
TEST_ROWS = ("loadtest", "rtv_")  # a name that holds one of these, in any case, is no product


class Repair(StrEnum):
    """Mended, and the row goes on."""

    SURPLUS_COMMAS = "surplus-commas"  # re-joined into the name
    STRAY_SPACES = "stray-spaces"  # before or after a value
    DOUBLED_SPACES = "doubled-spaces"  # inside one
    DECIMAL_NUMBER = "decimal-number"  # 2012.0
    TEXT_NA = "text-na"  # read as a missing value
    UNREADABLE_YEAR = "unreadable-year"  # read as a missing value
    NOT_UTF8 = "not-utf-8"  # read as Latin-1
    CMYK = "cmyk-picture"
    SIXTEEN_BITS = "16-bit-picture"
    PALETTE = "palette-picture"
    ALPHA = "alpha-picture"  # laid on white
    GREYSCALE = "greyscale-picture"
    ROTATED = "rotated-picture"  # turned upright as its EXIF says
    OTHER_MODE = "other-mode-picture"


class Refusal(StrEnum):
    """Quarantined: why a row became no example."""

    TOO_FEW_FIELDS = "too-few-fields"
    BAD_ID = "bad-id"
    DUPLICATE_ID = "duplicate-id"  # the first row of the id is kept
    TEST_ROW = "test-row"
    MISSING_PICTURE = "missing-picture"
    EMPTY_FILE = "empty-picture-file"
    NOT_A_PICTURE = "not-a-picture"
    TRUNCATED = "truncated-picture"
    UNREADABLE = "unreadable-picture"
    BOMB = "decompression-bomb"
    TOO_SMALL = "too-small-picture"
    OTHER_ARTICLE = "picture-of-another-article"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of styles.csv, mended. A missing value is an empty text; `line` counts from 1, the header included."""

    id: int
    line: int
    values: Mapping[str, str]
    repairs: Sequence[Repair] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that became no example. `id` is the text found there, `row` is None where it could not be read at all."""

    id: str
    reason: Refusal
    detail: str
    row: Row | None = None
