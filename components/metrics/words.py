"""Metrics: the words of a text, and its sequences of words, as all scores of texts count them."""

import re
from collections.abc import Sequence

_APOSTROPHE = "\u2019"  # the typographer's one; texts have both
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+|(?<=\d)[.,]\d+)*")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)|\n+")

Gram = tuple[str, ...]


def words_of(text: str) -> list[str]:
    """Return the words in lower case. A number, a hyphenated word and a word with an apostrophe are one word each.

    >>> words_of("Men's slim-fit shirt, 98.5% cotton")
    ["men's", 'slim-fit', 'shirt', '98.5', 'cotton']
    """
    return _WORD.findall(text.lower().replace(_APOSTROPHE, "'"))


def sentences_of(text: str) -> list[str]:
    r"""Return the sentences: the parts of a text with a word that end in a full stop, a question mark or a line.

    >>> sentences_of("Made of 98.5% cotton. Soft!\nWash care")
    ['Made of 98.5% cotton', 'Soft', 'Wash care']
    """
    parts = (part.strip() for part in _SENTENCE_END.split(text))
    return [part for part in parts if _WORD.search(part)]


def grams_of(words: Sequence[str], size: int) -> list[Gram]:
    """Return the sequences of `size` words, in their order; none in a shorter text."""
    return [tuple(words[at : at + size]) for at in range(len(words) - size + 1)]
