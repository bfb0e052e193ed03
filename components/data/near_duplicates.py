"""Data: groups of texts that are alike, by the letter trigrams that they share."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import ceil

SIZE = 3  # letters
MOST_COMPARED = 60
_DIGIT = re.compile(r"\d")


def group_alike(keys: Sequence[str], threshold: float) -> list[int]:
    """Return the number of the group of each text, the place of its first member.

    Two texts are alike if their sets of letter trigrams have at least the Jaccard index `threshold`; a group holds
    everything that a chain of such pairs connects. Digits count as one: numbers make no comment another one. Only pairs
    that share one of their rarest trigrams are compared: two sets with that index must (Chaudhuri et al., A primitive
    operator for similarity joins, 2006: prefix filter). Of more than MOST_COMPARED texts with such a trigram the last
    ones are compared, so that the time grows with the number of texts, not with its square.
    """
    keys = [_DIGIT.sub("0", key) for key in keys] if threshold < 1 else keys
    heads = list(range(len(keys)))
    places = list({key: place for place, key in reversed(list(enumerate(keys)))}.values())
    first = {keys[place]: place for place in places}
    grams = {place: _grams(keys[place]) for place in places}
    for one, other in _candidates(grams, threshold) if threshold < 1 else ():
        a, b = _head(heads, one), _head(heads, other)
        if a != b and _alike(grams[one], grams[other], threshold):
            heads[max(a, b)] = min(a, b)
    return [_head(heads, first[key]) for key in keys]


def _grams(text: str) -> frozenset[str]:
    padded = f" {text} "
    return frozenset(padded[at : at + SIZE] for at in range(max(1, len(padded) - SIZE + 1)))


def _candidates(grams: dict[int, frozenset[str]], threshold: float) -> Iterator[tuple[int, int]]:
    counts = Counter(gram for found in grams.values() for gram in found)
    index: dict[str, list[int]] = defaultdict(list)
    for place in sorted(grams, key=lambda place: (len(grams[place]), place)):
        found = grams[place]
        rarest = sorted(found, key=lambda gram: (counts[gram], gram))[: len(found) - ceil(threshold * len(found)) + 1]
        smallest, seen = threshold * len(found), set[int]()
        for gram in rarest:
            seen.update(other for other in index[gram][-MOST_COMPARED:] if len(grams[other]) >= smallest)
            index[gram].append(place)
        yield from ((other, place) for other in sorted(seen))


def _alike(one: frozenset[str], other: frozenset[str], threshold: float) -> bool:
    common = len(one & other)
    return common >= threshold * (len(one) + len(other) - common)


def _head(heads: list[int], place: int) -> int:
    while heads[place] != place:
        heads[place] = heads[heads[place]]
        place = heads[place]
    return place
