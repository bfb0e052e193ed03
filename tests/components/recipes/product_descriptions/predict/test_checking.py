"""Tests: what is checked of a text that a version wrote."""

import pytest

from components.recipes.product_descriptions.predict.checking import checks_of
from components.recipes.product_descriptions.score.faithfulness import Checker
from components.recipes.product_descriptions.score.lexicon import make_lexicon

CHECKER = Checker(make_lexicon({"brand": ["Nike", "Puma"], "baseColour": ["Red", "Blue"]}))


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("These red formal shoes from Alder go with a suit on any day of the year.", True),
        ("These red formal shoes from Puma go with a suit on any day of the year.", False),
        ("These red formal shoes go with a suit on any day of the whole long year.", False),
    ],
)
def test_a_brand_that_no_training_text_has_is_found_by_its_name(text: str, passed: bool) -> None:
    (checks,) = checks_of(CHECKER, None, [text], {"brand": "Alder", "baseColour": "Red"})
    assert {check.name: check.passed for check in checks} == {"length": True, "brand": passed, "baseColour": True}
