"""Product descriptions: writes the description of a product of the drawn catalogue from its attributes and a seed."""

import random
from collections.abc import Iterator, Mapping, Sequence

from components.core.seeds import derive_seed
from components.recipes.product_descriptions.starter.articles import ARTICLES, Words
from components.recipes.product_descriptions.starter.sentences import (
    CLOSINGS,
    COLOURS,
    DETAILS,
    GENDERS,
    OPENINGS,
    SEASONS,
    USAGES,
)

FEWEST = 55  # words; sentences are added until a description has so many
MENTIONED = 0.95  # share of descriptions that state usage and season, as real ones do not state everything

OFTEN = 0.5  # share of descriptions with a sentence more about the colour, and with a third detail


def write_description(attributes: Mapping[str, str], seed: int) -> str:
    """Return a description of 50 to 120 words, the same for the same attributes and seed.

    `attributes` has at least brand, articleType and baseColour, with values as the drawn catalogue spells them; gender,
    usage and season are stated if they are known.

    >>> write_description({"brand": "Alder", "articleType": "Boots", "baseColour": "Red", "gender": "Men"}, 1)[:47]
    'With these boots in red, Alder shows how good s'
    """
    numbers = random.Random(derive_seed(seed, "description"))
    words = ARTICLES[attributes["articleType"]]
    fields = _fields(attributes, words, numbers)
    sentences = [numbers.choice(OPENINGS), *_body(attributes, numbers), numbers.choice(CLOSINGS)]
    text = " ".join(sentence.format(**fields) for sentence in sentences)
    spare = numbers.sample(COLOURS, len(COLOURS))
    while len(text.split()) < FEWEST and spare:
        added = spare.pop().format(**fields)
        text = text if added in text else f"{text} {added}"
    return text


def _body(attributes: Mapping[str, str], numbers: random.Random) -> list[str]:
    """Return the sentences between the first and the last one, in a random order."""
    stated = [numbers.choice(DETAILS), *_stated(attributes, numbers)]
    if numbers.random() < OFTEN:
        stated.append(numbers.choice(COLOURS))
    if numbers.random() < OFTEN:
        stated.append(numbers.choice([line for line in DETAILS if line != stated[0]]).replace("{other}", "{more}"))
    numbers.shuffle(stated)
    return stated


def _stated(attributes: Mapping[str, str], numbers: random.Random) -> Iterator[str]:
    if gender := GENDERS.get(attributes.get("gender", "")):
        yield numbers.choice(gender)
    tables: Sequence[tuple[str, Mapping[str, Sequence[str]]]] = (("usage", USAGES), ("season", SEASONS))
    for name, table in tables:
        known = table.get(attributes.get(name, ""))
        if known and numbers.random() < MENTIONED:
            yield numbers.choice(known)


def _fields(attributes: Mapping[str, str], words: Words, numbers: random.Random) -> dict[str, str]:
    detail, other, more = numbers.sample(words.details, 3)
    colour = attributes["baseColour"].lower()
    fields = {
        "brand": attributes["brand"],
        "article": words.name,
        "colour": colour,
        "material": numbers.choice(words.materials),
        "detail": detail,
        "other": other,
        "more": more,
        **(_PLURAL if words.plural else _SINGULAR),
    }
    fields["pair"] = "a pair of" if words.plural else _article(colour)
    fields["one"] = "a pair of" if words.plural else _article(words.name)
    return {**fields, **{name.capitalize(): value[:1].upper() + value[1:] for name, value in fields.items()}}


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


_SINGULAR = {
    **{"it": "it", "them": "it", "its": "its", "this": "this", "is": "is", "has": "has", "comes": "comes"},
    **{"suits": "suits", "stays": "stays", "weighs": "weighs", "meets": "meets"},
}
_PLURAL = {
    **{"it": "they", "them": "them", "its": "their", "this": "these", "is": "are", "has": "have", "comes": "come"},
    **{"suits": "suit", "stays": "stay", "weighs": "weigh", "meets": "meet"},
}
