"""Product descriptions: words of a text that no training text has, which a model may have made up."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from components.metrics.words import words_of
from components.recipes.product_descriptions.score.word_stems import stem

SHORTEST = 4  # letters: shorter words are endings, sizes and abbreviations
USUAL = 0.99  # of real texts have no larger share of unknown words than the limit


@dataclass(frozen=True, slots=True)
class KnownWords:
    """The words of the training texts without their endings.

    `limit` is the share of unknown words that 99 % of the training texts do not exceed, each by the words of the
    others.
    """

    stems: frozenset[str]
    limit: float

    def unknown(self, text: str, attributes: Mapping[str, str]) -> list[str]:
        """Return the words that neither a training text nor the attributes have, once each, in their order."""
        return list(dict.fromkeys(word for word in _words(text) if not self._knows(word, _own(attributes))))

    def share(self, text: str, attributes: Mapping[str, str]) -> float:
        """Return the share of the text's words that are unknown; NaN without any word that counts."""
        words, own = _words(text), _own(attributes)
        return sum(not self._knows(word, own) for word in words) / len(words) if words else float("nan")

    def _knows(self, word: str, own: frozenset[str]) -> bool:
        return stem(word) in self.stems or stem(word) in own


def known_words(texts: Sequence[str]) -> KnownWords:
    """Return the words of some texts.

    >>> known = known_words(["A soft leather shoe", "Soft shoes for rainy days"])
    >>> known.unknown("Soft leathery shoes by Zorbo", {"brand": "Zorbo"})
    ['leathery']
    """
    found = [{stem(word) for word in _words(text)} for text in texts]
    texts_with = Counter(word for words in found for word in words)
    return KnownWords(frozenset(texts_with), _limit([_words(text) for text in texts], texts_with))


def _limit(texts: Iterable[Sequence[str]], texts_with: Mapping[str, int]) -> float:
    shares = [sum(texts_with[stem(word)] == 1 for word in words) / len(words) for words in texts if words]
    return sorted(shares)[math.ceil(USUAL * len(shares)) - 1] if shares else 1.0


def _words(text: str) -> list[str]:
    parts = (part for word in words_of(text) for part in word.removesuffix("'s").split("-"))
    return [part for part in parts if part.isalpha() and len(part) >= SHORTEST]


def _own(attributes: Mapping[str, str]) -> frozenset[str]:
    return frozenset(stem(word) for value in attributes.values() for word in words_of(value.replace("-", " ")))
