"""Tests: ROUGE against its definition, the longest common subsequence of words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.metrics.rouge import rouge

WORDS = st.lists(st.sampled_from(["red", "shoe", "sole", "canvas"]), min_size=1, max_size=8)


def common(one: list[str], other: list[str]) -> int:
    """Return the length of the longest common subsequence, by the definition."""
    if not one or not other:
        return 0
    if one[0] == other[0]:
        return 1 + common(one[1:], other[1:])
    return max(common(one[1:], other), common(one, other[1:]))


@given(WORDS, WORDS)
def test_rouge_l_is_the_f_measure_of_the_longest_common_subsequence(text: list[str], real: list[str]) -> None:
    found = rouge([" ".join(text)], [" ".join(real)])["rouge_l"].item()
    assert found == pytest.approx(2 * common(text, real) / (len(text) + len(real)))


def test_the_order_matters_to_rouge_l_only() -> None:
    found = rouge(["sole red shoe"], ["red shoe sole"])
    assert found["rouge_1"].item() == 1
    assert found["rouge_l"].item() == pytest.approx(2 / 3)


def test_endings_do_not_matter() -> None:
    assert rouge(["washing shirts"], ["wash shirt"])["rouge_1"].item() == 1


def test_an_empty_text_has_nothing_in_common() -> None:
    assert rouge([""], ["red shoe"])["rouge_1"].item() == 0
