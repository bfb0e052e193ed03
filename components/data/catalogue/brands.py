"""Data: the brand at the beginning of a product's display name."""

import re
from collections import Counter
from collections.abc import Iterable, Set

_GENDERS = re.compile(r"(?i)\b(men|women|boys?|girls?|kids?|unisex|infants?|mens|womens|baby)('s|s')?\b")
MOST_WORDS = 3
OFTEN = 5  # products; a beginning that this many names share is a brand, not a product line


def known_brands(names: Iterable[str], styles: Iterable[str]) -> frozenset[str]:
    """Return the brands in style files, and the words before the gender with which at least 5 names begin."""
    guessed = Counter(_before_gender(name) for name in names)
    return frozenset({*styles, *(brand for brand, count in guessed.items() if count >= OFTEN)} - {""})


def guess_brand(name: str, known: Set[str]) -> str:
    """Return the brand at the beginning of a display name, or an empty text.

    It is the longest known brand with which the name begins. Otherwise it is the words before the gender, at most
    three, since names of the Kaggle set start with brand and gender (`Red Tape Men Brown Shoes`). Otherwise the first
    word.

    >>> guess_brand("Red Tape Men Brown Shoes", known=frozenset())
    'Red Tape'
    """
    words = name.split()
    prefixes = (" ".join(words[:count]) for count in range(len(words), 0, -1))
    return next((prefix for prefix in prefixes if prefix in known), "") or _before_gender(name) or "".join(words[:1])


def _before_gender(name: str) -> str:
    gender = _GENDERS.search(name)
    before = name[: gender.start()].split() if gender else []
    return " ".join(before) if len(before) <= MOST_WORDS else ""
