"""Product descriptions: boilerplate, the sentences that recur in many descriptions: care instructions, brand blurbs."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from components.metrics.words import sentences_of, words_of

_NUMBER = re.compile(r"\d[\d.,]*")
FEWEST_TEXTS = 8  # in a small catalogue a sentence of three texts is no boilerplate


def find_boilerplate(texts: Iterable[str], share: float) -> dict[str, int]:
    """Return in how many different texts each recurring sentence is, the most frequent first.

    A sentence recurs if at least `share` of the different texts have it, and 8 texts. Case, punctuation and numbers
    make no difference. Headings, such as `Wash care`, are sentences too.
    """
    different = set(texts)
    counts = Counter(key for text in different for key in {key_of(sentence) for sentence in sentences_of(text)})
    enough = max(FEWEST_TEXTS, share * len(different))
    return {
        key: count for key, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])) if count >= enough
    }


def without_boilerplate(text: str, boilerplate: Mapping[str, int]) -> str:
    r"""Return a text without these sentences, and without lines of which nothing is left.

    >>> without_boilerplate("Red shirt. Soft!\nWash care\nDo not bleach", {"wash care": 9, "do not bleach": 9})
    'Red shirt. Soft!'
    """
    lines = (_without(line, boilerplate) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def words_of_boilerplate(texts: Sequence[str], boilerplate: Mapping[str, int]) -> int:
    """Return how many words of the texts are boilerplate."""
    every = (sentence for text in texts for sentence in sentences_of(text))
    return sum(len(words_of(sentence)) for sentence in every if key_of(sentence) in boilerplate)


def key_of(sentence: str) -> str:
    """Return what is equal for sentences that differ in case, punctuation and digits only.

    >>> key_of("Warranty: 2 years"), key_of("warranty - 12 years")
    ('warranty 0 years', 'warranty 0 years')
    """
    return _NUMBER.sub("0", " ".join(words_of(sentence)))


def _without(line: str, boilerplate: Mapping[str, int]) -> str:
    found, begin, kept = sentences_of(line), 0, []
    for number, sentence in enumerate(found):
        start = line.index(sentence, begin)
        begin = line.index(found[number + 1], start + len(sentence)) if number + 1 < len(found) else len(line)
        if key_of(sentence) not in boilerplate:
            kept.append(line[start:begin])
    return "".join(kept).strip()
