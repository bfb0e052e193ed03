"""Tests: words that no training text has are found; real texts stay below the limit, and made-up words do not."""

import math

from components.recipes.product_descriptions.predict.checking import checks_of
from components.recipes.product_descriptions.score.faithfulness import Checker
from components.recipes.product_descriptions.score.known_words import KnownWords, known_words
from components.recipes.product_descriptions.score.lexicon import make_lexicon
from tests.components.recipes.product_descriptions.described import attributes_of, examples, text_of

KNOWN = known_words([example["text"] for example in examples()])


def test_an_ending_makes_no_new_word_and_the_product_s_own_name_is_none() -> None:
    known = known_words(["Soft leather shoes for rainy days", "A shirt of soft cotton"])

    assert known.unknown("Soft shoe, rainy day, cotton shirts", {}) == []
    assert known.unknown("Zorbo's quillish slip-ons of leather, quillish", {"brand": "Zorbo"}) == ["quillish", "slip"]


def test_real_texts_have_no_larger_share_than_the_limit_and_made_up_ones_have() -> None:
    text, given = text_of(0), attributes_of(0)

    assert KNOWN.share(text, given) <= KNOWN.limit
    assert KNOWN.share(f"{text} Blemonst furidity grastle wompering.", given) > KNOWN.limit
    assert math.isnan(KNOWN.share("", given))


def test_a_check_names_the_words_and_a_version_of_an_earlier_release_has_none() -> None:
    made_up, given = "Blemonst furidity grastle wompering in an ordinary text of a dozen words or so.", attributes_of(0)

    def failed(words: KnownWords | None) -> list[str]:
        found = checks_of(Checker(make_lexicon({})), words, [made_up], given)[0]
        return [check.sentence for check in found if not check.passed]

    assert failed(None) == []
    assert "(blemonst, furidity, grastle, wompering" in failed(KNOWN)[0]
