"""Tests: changes of the text are measured, and an answer that a change moves shows."""

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from components.recipes.failure_modes.analysis.robustness import (
    accuracy_by_part,
    accuracy_by_period,
    robustness,
    with_typos,
)


class LowerCaseOnly:
    """Knows the word in lower case only."""

    classes = ("Leak", "Other")

    def probabilities(self, texts: list[str]) -> np.ndarray:
        return np.array([[0.9, 0.1] if "leak" in text else [0.2, 0.8] for text in texts])


def test_a_model_that_minds_the_case_is_found_out() -> None:
    found = robustness(LowerCaseOnly(), ["pump has leak"] * 10, ["Leak"] * 10, seed=1)
    assert found["unchanged"].accuracy.value == 1
    assert found["upper case"].accuracy.value == 0
    assert found["upper case"].same_answer.value == 0
    assert found["lower case"].same_answer.value == 1
    assert found["first half"].accuracy.value == 0


@given(st.text(max_size=100), st.integers(0, 1000))
def test_typos_change_any_text_with_letters_a_little(text: str, seed: int) -> None:
    changed = with_typos(text, random.Random(seed))
    assert changed == with_typos(text, random.Random(seed))
    assert abs(len(changed) - len(text)) <= max(1, len(text) // 12)
    if not any(letter.isalpha() for letter in text):
        assert changed == text


def test_parts_and_periods_have_their_own_accuracy() -> None:
    answers, labels = ["a"] * 12, ["a"] * 6 + ["b"] * 6
    parts = accuracy_by_part(answers, labels, ["X"] * 6 + ["Y"] * 5 + [None])
    assert {name: (found.value, found.n) for name, found in parts.items()} == {"X": (1, 6), "Y": (0, 5)}
    dates = [f"2024-{month:02d}-01" for month in range(1, 13)]
    periods = accuracy_by_period(answers, labels, dates, periods=2)
    assert {name: found.value for name, found in periods.items()} == {
        "2024-01-01 to 2024-06-01": 1,
        "2024-07-01 to 2024-12-01": 0,
    }
