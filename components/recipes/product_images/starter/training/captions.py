"""components / product images / starter / training: random captions of drawn pictures."""

import random

from components.data.drawn_catalogue.products import BRANDS, GENDERS, SEASONS

# The wording of the reference run and of the recipe's YAML.
LONG = (
    "A professional product photo of {colour} {article} , {season} collection , {gender} , {brand} brand , "
    "centered on white background, high quality, product photography"
)
SHORT = (
    "a professional product photo of {colour} {article}",
    "a photo of {colour} {article} , {gender} , {season} collection",
    "{colour} {article} on white background",
    "a product photo of {colour} {article}",
    "{colour} {article}",
    "{article} in {colour}",
    "{gender} {colour} {article} by {brand}",
)
SYLLABLES = ("ba", "cor", "den", "fi", "gal", "ho", "ki", "lan", "mer", "no", "pu", "ro", "sel", "ta", "vi", "wen")


def brand_name(rng: random.Random) -> str:
    """Return a brand of the catalogue, or in one of three cases an invented one, so that brands carry no meaning."""
    if rng.random() < 0.67:
        return rng.choice(BRANDS)
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(1, 3))).capitalize()


def caption(article: str, colour: str, rng: random.Random, dropout: float = 0.0) -> str:
    """Return a caption of the product: by the long template, by a shorter one (40 %), or empty (`dropout`)."""
    if rng.random() < dropout:
        return ""
    template = LONG if rng.random() < 0.6 else rng.choice(SHORT)
    return template.format(
        colour=colour.lower(),
        article=article.lower(),
        season=rng.choice(SEASONS).lower(),
        gender=rng.choice(GENDERS).lower(),
        brand=brand_name(rng),
    )
