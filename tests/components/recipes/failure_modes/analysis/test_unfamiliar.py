"""Tests: each reason to abstain is found, and comments like the training ones have none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.recipes.failure_modes.analysis.similarity import index_texts
from components.recipes.failure_modes.analysis.unfamiliar import (
    EMPTY,
    FAR,
    OTHER_LANGUAGE,
    UNKNOWN_WORDS,
    Familiar,
    learn_familiar,
)
from tests.components.recipes.failure_modes.comments import comments

FAMILIAR = learn_familiar(index_texts(*comments()))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", EMPTY),
        ("🔧🔥 !!", EMPTY),
        ("123 / 456", EMPTY),
        ("die Pumpe ist undicht", OTHER_LANGUAGE),
        ("la pompe est cassée", OTHER_LANGUAGE),
        ("насос течет", OTHER_LANGUAGE),
        ("zzqx vvkj", UNKNOWN_WORDS),
        ("pump leaking", ""),
        ("pump leaknig", ""),
    ],
)
def test_a_text_has_the_first_reason_that_applies(text: str, reason: str) -> None:
    assert FAMILIAR.reasons([text]) == [reason]


def test_one_known_word_among_many_unknown_ones_is_not_enough() -> None:
    text = "hot quarterly budget review attachments forwarded yesterday beyond committee deadlines"
    assert FAMILIAR.reasons([text]) == [UNKNOWN_WORDS]


def test_a_known_word_in_a_comment_like_no_other_is_far_from_the_training_data() -> None:
    assert FAMILIAR.reasons(["h"]) == [FAR]  # it is known from "l/h cyl" alone


def test_long_comments_of_other_matters_are_found_and_new_comments_of_the_same_kind_are_not() -> None:
    texts, labels = comments()
    rest = [i for i in range(len(texts)) if i % 5]
    known = learn_familiar(index_texts([texts[i] for i in rest], [labels[i] for i in rest]))
    assert set(known.reasons(texts[::5])) == {""}
    assert known.reasons(["the committee will review the budget of the motor show next quarter"]) == [UNKNOWN_WORDS]


def test_training_comments_are_familiar() -> None:
    assert set(FAMILIAR.reasons(comments()[0])) == {""}


def test_words_of_another_language_that_the_training_comments_have_are_no_reason() -> None:
    text = "die cast de energised en bloc"
    own: Familiar = learn_familiar(index_texts(["die cast part", "de energised", "en bloc"], ["a"] * 3))
    assert FAMILIAR.reasons(["die de en het"]) == [OTHER_LANGUAGE]
    assert own.reasons([text, "die de en"]) == ["", ""]


@given(st.text(max_size=200))
def test_any_text_has_one_answer(text: str) -> None:
    assert FAMILIAR.reasons([text])[0] in {"", EMPTY, OTHER_LANGUAGE, UNKNOWN_WORDS, FAR}
