"""Tests: what a text says of the attributes of its product."""

import math

import pytest

from components.recipes.product_descriptions.score.faithfulness import Checker, Finding
from components.recipes.product_descriptions.score.lexicon import make_lexicon
from components.recipes.product_descriptions.score.value_classifier import fit_classifier
from tests.components.recipes.product_descriptions.described import attributes_of, examples

GIVEN = {"baseColour": "Red", "articleType": "Shirts", "gender": "Men", "brand": "Puma"}
VALUES = {
    "baseColour": ["Red", "Blue"],
    "articleType": ["Shirts", "Jeans"],
    "gender": ["Men", "Women"],
    "brand": ["Puma", "Nike"],
}
CHECKER = Checker(make_lexicon(VALUES))


def find(text: str, **changes: str) -> Finding:
    attributes = {name: value for name, value in {**GIVEN, **changes}.items() if value}
    return CHECKER.find([attributes], [text])[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A red shirt for men by Puma.", 1.0),
        ("A red shirt for men.", 0.75),
        ("A blue shirt for men by Puma.", 0.75),
        ("A blue shirt for women by Nike.", 0.25),
        ("", 0.0),
    ],
)
def test_it_is_the_share_of_attributes_that_are_stated(text: str, expected: float) -> None:
    assert find(text).faithfulness == pytest.approx(expected)


def test_another_value_alone_contradicts_and_beside_the_right_one_it_does_not() -> None:
    assert find("A blue shirt").outcomes["baseColour"] == "contradicted"
    assert find("A red shirt with blue cuffs").outcomes["baseColour"] == "stated"


def test_another_brand_contradicts_even_beside_the_right_one() -> None:
    assert find("A shirt by Puma and Nike").outcomes["brand"] == "contradicted"


def test_what_the_product_does_not_have_is_invented_and_lowers_the_score() -> None:
    found = find("A red shirt for men by Nike", brand="")
    assert found.invented == {"brand": "nike"}
    assert found.faithfulness == pytest.approx(0.75)


def test_of_several_values_one_is_enough() -> None:
    assert find("A blue shirt", baseColour="Red, Blue").outcomes["baseColour"] == "stated"


def test_a_product_without_attributes_has_no_faithfulness() -> None:
    assert math.isnan(CHECKER.find([{}], ["plain words"])[0].faithfulness)


def test_a_classifier_judges_only_texts_without_a_word_for_it() -> None:
    known = examples()
    texts = [e["text"] + (" roaring engines" if e["attributes"]["gender"] == "Men" else " soft petals") for e in known]
    genders = [example["attributes"]["gender"] for example in known]
    classifier = fit_classifier(texts, genders, [True] * len(texts), seed=1)
    assert classifier
    checker = Checker(CHECKER.lexicon, {"gender": classifier})
    plain = "This red shirt by Alder is made for long days, it is easy to clean. "
    found = checker.find(
        [{"gender": "Men"}] * 4,
        [plain + "roaring engines", plain + "soft petals", plain + "for men, soft petals", "xyzzy plugh"],
    )
    assert [f.outcomes["gender"] for f in found] == ["implied", "contradicted", "stated", "absent"]


def test_attributes_can_be_left_out() -> None:
    found = CHECKER.without({"brand", "gender"}).find([attributes_of(0)], ["A red shirt by Nike"])[0]
    assert found.outcomes.keys() == {"baseColour", "articleType"}
