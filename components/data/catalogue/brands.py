"""Data: the brand that a product's display name begins with."""

import re
from collections import Counter
from collections.abc import Iterable, Set

_GENDERS = re.compile(r"(?i)\b(men|women|boys?|girls?|kids?|unisex|infants?|mens|womens|baby)('s|s')?\b")
MOST_WORDS = 3
OFTEN = 5  # products; what so many names begin with is a brand and no product line


def known_brands(names: Iterable[str], told: Iterable[str]) -> frozenset[str]:
    """Return the brands that style files tell of, and those that several names begin with before they say for whom."""
    guessed = Counter(_before_gender(name) for name in names)
    return frozenset({*told, *(brand for brand, count in guessed.items() if count >= OFTEN)} - {""})


def guess_brand(name: str, known: Set[str]) -> str:
    """Return the brand that a display name begins with, or an empty text.

    The longest known brand that the name begins with is taken; else, since the Kaggle set writes the brand first and
    whom it is for next (`Red Tape Men Brown Shoes`), the words before that, three at most; else the first word.

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
