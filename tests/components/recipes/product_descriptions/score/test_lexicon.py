"""Tests: which values a text states, by its words."""

from components.recipes.product_descriptions.score.lexicon import make_lexicon, values_of

VALUES = {
    "baseColour": ["Red", "Navy Blue", "White", "Steel"],
    "articleType": ["Casual Shoes", "Sports Shoes", "Tshirts", "Jeans", "Heels"],
    "gender": ["Men", "Women"],
    "brand": ["Red Tape", "Puma"],
}
LEXICON = make_lexicon(VALUES)


def stated(text: str, name: str, sure: bool = True) -> list[set[str]]:
    return [set(m.values) for m in LEXICON.stated(text)[name] if m.sure or not sure]


def test_a_word_may_stand_for_several_values() -> None:
    assert {"casualshoe", "sportsshoe"} <= stated("A shoe.", "articleType")[0]
    assert {"navyblue", "blue"} <= stated("In navy.", "baseColour")[0]


def test_the_longest_phrase_counts() -> None:
    assert stated("Red Tape shoes", "brand") == [{"redtape"}]
    assert len(stated("In navy blue.", "baseColour")) == 1


def test_hyphens_make_no_difference() -> None:
    found = [stated(text, "articleType") for text in ("A t-shirt", "A tshirt", "A t shirt")]
    assert all({"tshirt"} <= mention for mentions in found for mention in mentions)
    assert all(found)


def test_what_is_worn_with_it_is_not_sure() -> None:
    assert stated("Team this tee with jeans.", "articleType", sure=True) == stated("A tee", "articleType")
    assert len(stated("Team this tee with jeans.", "articleType", sure=False)) == 2


def test_a_part_or_a_material_is_not_sure() -> None:
    assert stated("A low heel and a steel buckle", "articleType") == []
    assert stated("A low heel and a steel buckle", "baseColour") == []


def test_words_inside_of_other_words_state_nothing() -> None:
    assert stated("A hundred covered rivets", "baseColour") == []
    assert stated("Our mentor", "gender") == []


def test_values_are_read_from_examples_one_by_one() -> None:
    found = values_of([{"baseColour": "Blue, White"}, {"baseColour": "Red"}, {}], ["baseColour", "season"])
    assert found == {"baseColour": ["Blue", "Red", "White"], "season": []}
