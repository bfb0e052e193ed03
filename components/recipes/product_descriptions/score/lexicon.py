"""Product descriptions: which values of attributes a text states, by the words for them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from components.metrics.words import sentences_of, words_of
from components.recipes.product_descriptions.score.synonyms import AMBIGUOUS, ARTICLE, SYNONYMS
from components.recipes.product_descriptions.score.word_stems import stem

Phrase = tuple[str, ...]
Values = Mapping[str, Sequence[str]]  # attribute -> the values that it may have
Stated = Mapping[str, Sequence["Mention"]]  # by attribute


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase of a text: the stems of the values that it may state. If not `sure`, it may speak of something else.

    A heel is a product or a part of one, and what a shirt is worn with is not the shirt.
    """

    values: frozenset[str]
    sure: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases of each attribute: words without endings -> the stems of the values that they may state."""

    phrases: Mapping[str, Mapping[Phrase, frozenset[str]]]

    def stated(self, text: str) -> Stated:
        """Return what a text states of each attribute, phrase by phrase. Of overlapping phrases the longest counts."""
        found: dict[str, list[Mention]] = {name: [] for name in self.phrases}
        for sentence in sentences_of(text):
            words = [stem(word) for word in words_of(sentence.replace("-", " "))]
            joined = [stem(word) for word in words_of(sentence) if "-" in word]  # `t-shirt` is two words above
            for name, phrases in self.phrases.items():
                found[name] += _mentions(name, words, phrases)
                found[name] += [Mention(phrases[word,], True) for word in joined if (word,) in phrases]
        return found

    def with_values(self, values: Values) -> "Lexicon":
        """Return the lexicon that also knows these values of its attributes, such as a brand that is new."""
        more = {name: _phrases(name, values.get(name, ())) for name in self.phrases}
        return Lexicon({name: _merged(known, more[name]) for name, known in self.phrases.items()})


def make_lexicon(values: Values) -> Lexicon:
    """Return the lexicon of these attributes: the words of their values, and the synonyms that we know of.

    Of an article of several words its last one states it too: `shoes` may be Casual Shoes or Sports Shoes.
    """
    return Lexicon({name: _phrases(name, of_attribute) for name, of_attribute in values.items()})


def values_of(examples: Iterable[Mapping[str, str]], attributes: Sequence[str]) -> dict[str, list[str]]:
    """Return the values that each attribute has in the attributes of some examples, in the order of the alphabet."""
    found: dict[str, set[str]] = {name: set() for name in attributes}
    for example in examples:
        for name in attributes:
            found[name].update(parts_of(example.get(name, "")))
    return {name: sorted(values) for name, values in found.items()}


def parts_of(value: str) -> list[str]:
    """Return the single values of a value such as `Blue, White`."""
    return [part for part in (part.strip() for part in value.split(",")) if part]


def _phrases(name: str, values: Sequence[str]) -> dict[Phrase, frozenset[str]]:
    known = {stem(value): words for value, words in SYNONYMS.get(name, {}).items()}
    found: dict[Phrase, set[str]] = defaultdict(set)
    for value in {**dict.fromkeys(values), **dict.fromkeys(SYNONYMS.get(name, {}))}:
        key, own = stem(value), _phrase(value)
        phrases = [own, *(own[-1:] if name == ARTICLE and len(own) > 1 else ()), *map(_phrase, known.get(key, ()))]
        for phrase in phrases:
            found[phrase if isinstance(phrase, tuple) else (phrase,)].add(key)
    return {phrase: frozenset(keys) for phrase, keys in found.items() if phrase}


def _merged(
    known: Mapping[Phrase, frozenset[str]], more: Mapping[Phrase, frozenset[str]]
) -> dict[Phrase, frozenset[str]]:
    return {phrase: known.get(phrase, frozenset()) | more.get(phrase, frozenset()) for phrase in {**known, **more}}


def _phrase(text: str) -> Phrase:
    return tuple(stem(word) for word in words_of(text.replace("-", " ")))


def _mentions(name: str, words: Sequence[str], phrases: Mapping[Phrase, frozenset[str]]) -> Iterator[Mention]:
    longest, at = _longest(phrases), 0
    worn_with = words.index("with") if name == ARTICLE and "with" in words else len(words)
    while at < len(words):
        sizes = range(min(longest.get(words[at], 0), len(words) - at), 0, -1)
        size = next((size for size in sizes if tuple(words[at : at + size]) in phrases), 0)
        if size:
            phrase = tuple(words[at : at + size])
            yield Mention(phrases[phrase], at < worn_with and not set(phrase) <= AMBIGUOUS)
        at += max(1, size)


def _longest(phrases: Mapping[Phrase, frozenset[str]]) -> dict[str, int]:
    """Return the length of the longest phrase that begins with each word."""
    longest: dict[str, int] = {}
    for phrase in phrases:
        longest[phrase[0]] = max(len(phrase), longest.get(phrase[0], 0))
    return longest
