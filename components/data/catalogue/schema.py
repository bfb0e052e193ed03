"""Data: the columns of a catalogue in the Kaggle layout, and the codes of its repairs and refusals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

ID, ARTICLE, YEAR = "id", "articleType", "year"
NAME = "productDisplayName"  # the column that unquoted commas belong to
# The required columns of styles.csv, in any order. Other columns are kept too.
COLUMNS: Sequence[str] = (
    ID,
    "gender",
    "masterCategory",
    "subCategory",
    ARTICLE,
    "baseColour",
    "season",
    YEAR,
    "usage",
    NAME,
)
ATTRIBUTES: Sequence[str] = COLUMNS[1:]
LAYOUT = "styles.csv, images/<id>.jpg and optionally styles/<id>.json and images.csv"

# The columns of categories, whose values are compared whatever their spelling.
SELECTED_BY: Sequence[str] = (
    "gender",
    "masterCategory",
    "subCategory",
    ARTICLE,
    "baseColour",
    "season",
    "usage",
)
TEST_ROWS = ("loadtest", "rtv_")  # a name that contains one of these, in any case, is a test entry


class Repair(StrEnum):
    """A fault that was repaired: the row is used."""

    SURPLUS_COMMAS = "surplus-commas"  # or other separators: joined into the name, or into a number, again
    STRAY_SPACES = "stray-spaces"  # around a value
    DOUBLED_SPACES = "doubled-spaces"  # inside a value, or other white space than a space
    INVISIBLE = "invisible-characters"  # left out
    UNICODE_FORM = "unicode-form"  # letters composed of an accent and a letter
    OTHER_SPELLING = "other-spelling"  # of a value that has another letter case, say, in the YAML or in most rows
    DECIMAL_NUMBER = "decimal-number"  # 2012.0
    GROUPED_NUMBER = "grouped-number"  # 1,299.50 or 1.299,50
    TEXT_NA = "text-na"  # or another word for none: read as a missing value
    CONTRADICTION = "contradicting-columns"  # of one name: the first one counts
    UNREADABLE_YEAR = "unreadable-year"  # read as a missing value
    NOT_UTF8 = "not-utf-8"  # read as Windows-1252, or as another encoding that was found
    CMYK = "cmyk-picture"
    SIXTEEN_BITS = "16-bit-picture"
    PALETTE = "palette-picture"
    ALPHA = "alpha-picture"  # transparent parts became white
    GREYSCALE = "greyscale-picture"
    ROTATED = "rotated-picture"  # rotated upright by its EXIF orientation
    FLOAT = "float-picture"
    OTHER_MODE = "other-mode-picture"
    COLOUR_SPACE = "colour-space"  # converted to sRGB from the colour space that the file names
    BROKEN_PROFILE = "broken-colour-profile"  # read as sRGB


class Refusal(StrEnum):
    """A fault that put a row into quarantine: it is not used."""

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
    ANIMATION = "animation"  # or several pages
    ONE_BIT = "one-bit-picture"
    OTHER_ARTICLE = "picture-of-another-article"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of styles.csv after repairs. A missing value is an empty text; `line` counts from 1, with the header."""

    id: int
    line: int
    values: Mapping[str, str]
    repairs: Sequence[Repair] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is not used. `id` is the text found there; `row` is None if the row could not be read."""

    id: str
    reason: Refusal
    detail: str
    row: Row | None = None
