"""Product descriptions: the texts on which the starter's base model is trained, with their prompts."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from components.core.seeds import derive_seed
from components.data.drawn_catalogue.drawing.colours import COLOURS
from components.data.drawn_catalogue.products import BRANDS, SEASONS
from components.recipes.product_descriptions.prompts import prompt_of
from components.recipes.product_descriptions.starter.articles import ARTICLES, UNSEEN
from components.recipes.product_descriptions.starter.sentences import GENDERS, USAGES
from components.recipes.product_descriptions.starter.write import write_description

PROMPT = """Brand: {brand}
Article: {articleType}
Colour: {baseColour}
Gender: {gender}
Usage: {usage}
Season: {season}
Description:"""
# Brands that are in no catalogue: a model that knows nine names only would not copy a tenth.
OTHER_BRANDS: Sequence[str] = tuple(
    f"{first}{last}"
    for first in (
        "Ash",
        "Birk",
        "Cal",
        "Del",
        "Ever",
        "Fen",
        "Gil",
        "Hal",
        "Ing",
        "Jor",
        "Kel",
        "Lin",
        "Mor",
        "Nor",
        "Ost",
    )
    for last in ("by", "dale", "ford", "holm", "ley", "mere", "stone", "ton", "wick", "wood")
)
UNKNOWN = 0.08  # share of prompts that do not say gender, usage or season


@dataclass(frozen=True, slots=True)
class Pair:
    """A prompt, and the description that follows it."""

    prompt: str
    text: str


def corpus(count: int, seed: int) -> list[Pair]:
    """Return descriptions of products of all article types but UNSEEN, each with its own attributes."""
    return [_pair(number, seed) for number in range(count)]


def _pair(number: int, seed: int) -> Pair:
    numbers = random.Random(derive_seed(seed, "corpus", number))
    attributes = {
        "brand": numbers.choice(BRANDS if numbers.random() < 0.5 else OTHER_BRANDS),
        "articleType": numbers.choice([name for name in ARTICLES if name != UNSEEN]),
        "baseColour": numbers.choice(list(COLOURS)),
    }
    for name, values in (("gender", GENDERS), ("usage", USAGES), ("season", SEASONS)):
        if numbers.random() >= UNKNOWN:
            attributes[name] = numbers.choice(list(values))
    return Pair(prompt_of(PROMPT, attributes), write_description(attributes, derive_seed(seed, "text", number)))
