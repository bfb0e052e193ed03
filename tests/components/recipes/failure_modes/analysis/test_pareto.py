"""Tests: the front has exactly the candidates that nothing beats, and the knee is one of them, with its reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.errors import DataError
from components.recipes.failure_modes.analysis.pareto import knee, pareto_front

DIRECTIONS = {"f1": +1, "ece": -1}
VALUES = st.floats(0, 1)
POINTS = st.dictionaries(st.sampled_from("abcdefgh"), st.fixed_dictionaries({"f1": VALUES, "ece": VALUES}), min_size=1)


@given(POINTS)
def test_nothing_beats_the_front_and_everything_else_is_beaten_by_it(points: dict[str, dict[str, float]]) -> None:
    front = pareto_front(points, DIRECTIONS)

    def beats(one: str, other: str) -> bool:
        a, b = points[one], points[other]
        return a["f1"] >= b["f1"] and a["ece"] <= b["ece"] and a != b

    assert front
    assert not any(beats(one, other) for one in points for other in front)
    assert all(any(beats(one, other) for one in front) for other in points if other not in front)
    assert knee(points, DIRECTIONS).name in front


@given(POINTS)
def test_the_knee_does_not_depend_on_the_unit(points: dict[str, dict[str, float]]) -> None:
    scaled = {name: {"f1": 1024 * of["f1"], "ece": of["ece"]} for name, of in points.items()}
    assert knee(points, DIRECTIONS).name == knee(scaled, DIRECTIONS).name


def test_the_knee_is_nearly_best_in_both_and_says_so() -> None:
    points = {
        "accurate": {"f1": 0.80, "ece": 0.20},
        "balanced": {"f1": 0.78, "ece": 0.05},
        "careful": {"f1": 0.50, "ece": 0.04},
        "beaten": {"f1": 0.49, "ece": 0.30},
    }
    found = knee(points, DIRECTIONS)
    assert found.name == "balanced"
    assert "balanced is the knee: of the front it is nearest to the best value of every score" in found.reason
    assert "beaten" not in found.reason


def test_a_single_best_candidate_is_the_knee() -> None:
    points = {"a": {"f1": 0.9, "ece": 0.1}, "b": {"f1": 0.8, "ece": 0.2}}
    assert knee(points, DIRECTIONS).reason == "a is as good as every other candidate in f1 and ece, or better"


def test_candidates_without_a_score_are_left_out() -> None:
    points = {"a": {"f1": 0.9}, "b": {"f1": 0.8, "ece": float("nan")}}
    with pytest.raises(DataError, match="No candidate has all of f1, ece"):
        knee(points, DIRECTIONS)
