"""Tests: the card of a version that generates pictures names its licence and how three programs load it."""

from components.core.card import CardNotes
from components.recipes.product_images.card import card
from components.recipes.product_images.starter import BASE_FOLDER
from tests.registry.starters import starter_config

SD = "stable-diffusion-v1-5/stable-diffusion-v1-5@451f4fe16113bff5a5d2269ed5ad43b0592e9a14"


def notes(base: str) -> CardNotes:
    return card(starter_config(), 3, base)


def test_the_card_names_the_licence_of_the_base_or_says_that_none_is_stated() -> None:
    assert "CreativeML OpenRAIL-M" in notes(SD).base[0]
    assert "Apache-2.0" in notes(str(BASE_FOLDER)).base[0]
    assert "Apache-2.0" in notes("starter").base[0]
    assert notes("/home/me/base").base[0].startswith("**Licence of the base**: none stated")


def test_the_card_says_how_three_programs_load_it() -> None:
    text = "\n".join(notes(SD).loading)
    assert 'load_model("models:/starter/3")' in text
    assert "atelier generate starter PROMPT --version 3" in text
    assert all(name in text for name in ("diffusers", "ComfyUI", "A1111"))
