"""Tests: a Challenger that is no worse is seldom stopped, however often one looks; one that is worse is stopped."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from components.evaluation.canary import CanaryTest, Pairs, Trial

GOOD = Trial(failed=False, unsound=False, seconds=1.0)


@given(st.integers(0, 40), st.integers(0, 40))
def test_the_evidence_is_the_integral_that_the_docstring_names(k: int, rest: int) -> None:
    n = k + rest
    whole, _ = quad(lambda p: 2.0 ** (n + 1) * p**k * (1 - p) ** rest, 0.5, 1.0)
    assert math.isclose(Pairs(k, rest).evidence, whole, rel_tol=1e-6)


def test_a_challenger_that_is_no_worse_is_stopped_at_most_as_often_as_the_level_says() -> None:
    numbers = random.Random(1)
    assert sum(_stops(numbers, pairs=60) for _ in range(120)) <= 0.1 * 120


def _stops(numbers: random.Random, pairs: int) -> bool:
    test, stopped = CanaryTest(level=0.1, slower=1.5), False
    for _ in range(pairs):
        test = test.with_pair(_trial(numbers), _trial(numbers))
        stopped = stopped or bool(test.sentence())
    return stopped


def _trial(numbers: random.Random) -> Trial:
    return Trial(numbers.random() < 0.2, numbers.random() < 0.3, numbers.lognormvariate(0, 1))


@pytest.mark.parametrize(
    ("worse", "said"),
    [
        (Trial(True, False, 1.0), "fails more often"),
        (Trial(False, True, 1.0), "outputs fail more checks"),
        (Trial(False, False, 1.6), "is slower"),
    ],
)
def test_one_that_is_worse_in_any_way_is_stopped_with_the_reason(worse: Trial, said: str) -> None:
    test = CanaryTest(level=0.05, slower=1.5)
    for _ in range(12):
        test = test.with_pair(worse, GOOD)
    assert said in test.sentence()
    assert "12 of 12 pairs" in test.sentence()


def test_what_both_do_is_no_evidence() -> None:
    test = CanaryTest(level=0.05, slower=1.5)
    for trial in (GOOD, Trial(True, False, 9.0), Trial(False, True, 1.4)):
        for _ in range(50):
            test = test.with_pair(trial, trial)
    assert all(pairs == Pairs() for pairs in test.pairs.values())
