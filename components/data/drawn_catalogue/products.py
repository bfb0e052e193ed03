"""components / data / drawn catalogue: the products of a drawn catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from components.data.drawn_catalogue.drawing.articles import ARTICLES, UNSEEN
from components.data.drawn_catalogue.drawing.colours import COLOURS
from components.data.drawn_catalogue.planted import OTHER_IDS, UNSEEN_IDS, defect_of

BRANDS = ("Alder", "Bramblewood", "Corvane", "Dunmoor", "Elmsworth", "Fjordby", "Galenta", "Harrowgate", "Isolde Row")
SEASONS = ("Summer", "Winter", "Fall", "Spring")
GENDERS = ("Men", "Women", "Boys", "Girls", "Unisex")
MODELS = ("Drift", "Meridian", "Pico", "Sable", "Tern", "Vale", "Willow", "Zephyr")
# Shares of the most frequent colours, as in the real data set; the other colours share the rest equally.
POPULAR: Mapping[str, float] = {"Black": 0.18, "White": 0.12, "Brown": 0.12, "Blue": 0.10, "Grey": 0.09, "Red": 0.08}


@dataclass(frozen=True)
class Product:
    """One row of styles.csv, with the seed of its picture (`look`)."""

    id: int
    gender: str
    article: str
    colour: str
    season: str
    year: int
    usage: str
    brand: str
    model: str
    look: int

    @property
    def name(self) -> str:
        """The display name, brand first, as in the real data set."""
        return f"{self.brand} {self.gender} {self.model} {self.colour} {self.article}"


def shares() -> list[float]:
    """Return the share of each colour, in the order of COLOURS; they sum to 1."""
    left = (1.0 - sum(POPULAR.values())) / (len(COLOURS) - len(POPULAR))
    return [POPULAR.get(name, left) for name in COLOURS]


def make_products(seed: int) -> dict[int, Product]:
    """Return every product by id: 1,200 Casual Shoes, then 42 of each other type."""
    rng = np.random.default_rng(seed)
    others = [name for name in ARTICLES if name != UNSEEN]
    kinds = [UNSEEN] * len(UNSEEN_IDS) + [others[place % len(others)] for place in range(len(OTHER_IDS))]
    return {number: _product(number, kind, rng) for number, kind in zip((*UNSEEN_IDS, *OTHER_IDS), kinds, strict=True)}


def _product(number: int, article: str, rng: np.random.Generator) -> Product:
    other_usages = ("Smart Casual", "Party", "Formal", "Sports")
    return Product(
        id=number,
        gender=str(rng.choice(GENDERS, p=(0.4, 0.35, 0.08, 0.07, 0.1))),
        article=article,
        colour=str(rng.choice(list(COLOURS), p=shares())),
        season=str(rng.choice(SEASONS)),
        year=int(rng.integers(2010, 2018)),
        usage=other_usages[number % 4] if defect_of(number) == "usage_other" else "Casual",
        brand=str(rng.choice(BRANDS)),
        model=str(rng.choice(MODELS)),
        look=int(rng.integers(0, 2**31)),
    )
