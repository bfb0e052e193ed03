"""Tests: Krippendorff's alpha equals that of the paper and of nltk."""

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from components.metrics.reliability import ordinal_alpha

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers, twelve units, "." missing.
OBSERVERS = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""

Units = list[list[int]]
UNITS = st.lists(st.lists(st.integers(1, 5), max_size=4), max_size=12)


def ordinal_distance(units: Units) -> Callable[[int, int], float]:
    """Return the squared difference of section D, (sum of n_c ... n_k - (n_c + n_k) / 2)^2."""
    counts = Counter(value for unit in units if len(unit) > 1 for value in unit)

    def distance(a: int, b: int) -> float:
        between = range(min(a, b), max(a, b) + 1)
        return (sum(counts[value] for value in between) - (counts[a] + counts[b]) / 2) ** 2

    return distance


def test_the_example_of_the_paper_is_reproduced() -> None:
    columns = zip(*(line.split() for line in OBSERVERS.split("\n") if line), strict=True)
    units = [[int(value) for value in column if value != "."] for column in columns]
    assert ordinal_alpha(units) == pytest.approx(0.815, abs=0.0005)


@given(UNITS)
def test_alpha_equals_nltks(units: Units) -> None:
    shared = [unit for unit in units if len(unit) > 1]
    assume(len({value for unit in shared for value in unit}) > 1)
    data = [(str(rater), str(unit), value) for unit, values in enumerate(shared) for rater, value in enumerate(values)]
    assert ordinal_alpha(units) == pytest.approx(AnnotationTask(data, ordinal_distance(units)).alpha(), abs=1e-9)


@given(UNITS, st.randoms(use_true_random=False))
def test_the_order_and_single_answers_do_not_matter(units: Units, random: Random) -> None:
    shuffled = [random.sample(unit, len(unit)) for unit in random.sample(units, len(units))] + [[3]]
    assert ordinal_alpha(shuffled) == pytest.approx(ordinal_alpha(units), abs=1e-9)


def test_opposite_answers_have_an_alpha_below_0() -> None:
    alpha = ordinal_alpha([[1, 5], [5, 1], [1, 5]])
    assert alpha is not None
    assert alpha < 0


@pytest.mark.parametrize("units", [[], [[1], [5]], [[4, 4], [4, 4]]])
def test_alpha_is_none_without_shared_units_or_variation(units: Units) -> None:
    assert ordinal_alpha(units) is None
