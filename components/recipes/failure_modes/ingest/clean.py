"""Failure modes: repairs a comment: mojibake, white space, invisible characters, personal details, abbreviations."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ftfy import fix_encoding

from components.data.catalogue.values import MISSING_WORDS, visible
from components.recipes.failure_modes.ingest.mask import mask_details
from components.recipes.failure_modes.reading import Reading

MOJIBAKE, SPACE, EXPANDED, MASKED = "mojibake", "white-space", "abbreviation", "masked"
EMPTY, NO_WORDS, TOO_LONG, OTHER_SCRIPT = "no-text", "no-words", "too-long", "other-script"
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text as a model reads it, the repairs that were made, and why it cannot be used, or empty."""

    text: str
    repairs: tuple[str, ...] = ()
    refused: str = ""


def clean(raw: str, reading: Reading) -> Cleaned:
    """Return the text that models read. Ingest and predictions both call this, so that they read alike.

    >>> clean("L/H CYL LEAKING, call 0412 345 678", Reading(abbreviations={"l/h": "left hand", "cyl": "cylinder"}))
    Cleaned(text='left hand cylinder LEAKING, call <phone>', repairs=('masked', 'abbreviation'), refused='')
    """
    if refused := _unreadable(raw, reading):
        return Cleaned("", refused=refused)
    decoded = fix_encoding(raw) if not raw.isascii() else raw
    plain = " ".join(visible(unicodedata.normalize("NFC", decoded)).split())
    masked = mask_details(plain, reading.mask, reading.names)
    expanded = expand(masked, reading.abbreviations)
    steps = (raw.strip(), decoded.strip(), plain, masked, expanded)
    changed = zip((MOJIBAKE, SPACE, MASKED, EXPANDED), steps, steps[1:], strict=False)
    return Cleaned(expanded, tuple(name for name, before, after in changed if before != after), _unusable(expanded))


def _unreadable(raw: str, reading: Reading) -> str:
    if raw.strip().strip("<>()[]#").lower() in {"", *MISSING_WORDS} - {"unknown", "not available"}:
        return EMPTY
    return TOO_LONG if len(raw) > reading.longest else ""


def _unusable(text: str) -> str:
    """Return why a repaired text cannot be used: it has no word, or most letters are of another script than Latin."""
    words = _WORD.findall(re.sub(r"<\w+>", "", text))
    if not any(letter.isalpha() for word in words for letter in word):
        return NO_WORDS
    letters = [letter for word in words for letter in word if letter.isalpha()]
    foreign = sum(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return OTHER_SCRIPT if 2 * foreign > len(letters) else ""


def expand(text: str, abbreviations: Mapping[str, str]) -> str:
    """Replace abbreviations, longest first; only where no letter or digit is beside them."""
    if not abbreviations:
        return text
    table = {key.lower(): meaning for key, meaning in abbreviations.items()}
    return _pattern(tuple(sorted(table, key=len, reverse=True))).sub(lambda found: table[found[0].lower()], text)


@lru_cache(maxsize=8)
def _pattern(keys: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, keys))})(?![^\W_])", re.IGNORECASE)


@lru_cache(maxsize=100_000)
def key_of(text: str) -> str:
    """Return what is equal for texts that differ in case, punctuation and white space only.

    >>> key_of("Bucket CYL. leaking!") == key_of("bucket cyl leaking")
    True
    """
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
