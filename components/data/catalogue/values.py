"""Data: what single values say, whatever their white space, invisible characters, spelling or word for none."""

import unicodedata
from functools import lru_cache

_HIDDEN = frozenset({"Cc", "Cf", "Cs"})  # Unicode's control characters, format characters and surrogates
_JOINERS = "\u200c\u200d"  # without them words of some scripts, and some emoji, read differently
# Compared in lower case, without brackets and hash signs around them: `<NA>`, `(null)` and `#N/A` are among them.
MISSING_WORDS = frozenset(
    {
        "na",
        "n/a",
        "n/a n/a",
        "n.a",
        "n.a.",
        "n\\a",
        "nan",
        "nat",
        "nil",
        "none",
        "null",
        "null!",
        "value!",
        "ref!",
        "name?",
        "div/0!",
        "num!",
        "\\n",  # MySQL
        "unknown",
        "undefined",
        "unspecified",
        "not available",
        "not applicable",
        "not specified",
        "tba",
        "tbc",
        "tbd",
        "to be announced",
        "to be confirmed",
        "to be determined",
    }
)


def visible(value: str) -> str:
    r"""Return a text without invisible characters. Its white space stays as it is.

    >>> visible("Ca\u00adsual\x00 Shoes")
    'Casual Shoes'
    """
    if value.isascii() and value.isprintable():
        return value
    return "".join(c for c in value if c.isspace() or c in _JOINERS or unicodedata.category(c) not in _HIDDEN)


def tidy(value: str) -> str:
    """Return a text with single spaces, without invisible characters, and its letters composed (Unicode's NFC)."""
    spaced = " ".join(visible(value).split())
    return spaced if spaced.isascii() else unicodedata.normalize("NFC", spaced)


@lru_cache(maxsize=100_000)  # most values of a column occur often
def is_missing(value: str) -> bool:
    """Return whether a tidy value says that there is none: nothing, a word for it, or signs alone.

    >>> [is_missing(value) for value in ("<NA>", "n/a", "--", "None", "TBD", "Nonesuch", "5$")]
    [True, True, True, True, True, False, False]
    """
    word = value.casefold().strip("<>()[]{}#*+-\"'` ")
    return word in MISSING_WORDS or value.casefold() == "(blank)" or not any(letter.isalnum() for letter in value)


def spelling_key(value: str) -> str:
    r"""Return what equal values have in common, however they are spelled.

    Letter case, white space, hyphens, underscores and Unicode's compatible forms make no difference.

    >>> spelling_key("CASUAL\u00a0\u00a0Shoes") == spelling_key("casual-shoes")
    True
    """
    folded = unicodedata.normalize("NFKC", tidy(value)).casefold()
    parted = "".join(" " if unicodedata.category(c) in ("Pd", "Pc") else c for c in folded)
    return unicodedata.normalize("NFKC", " ".join(parted.split())) or folded
