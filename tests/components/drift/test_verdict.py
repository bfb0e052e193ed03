"""Tests: each rule of the drift verdict, and how often it may be wrong."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.drift_policy import DriftPolicy
from components.drift.columns import ColumnDrift
from components.drift.verdict import (
    DriftState,
    ScoreChange,
    compared,
    drift_verdict,
    levels,
    share_of,
    state_of_column,
    state_of_score,
)

COLOUR = ColumnDrift("colour", "jensenshannon", 0.25, 1e-12, 300, 2000, "Black 30 % -> 60 %")
SEASON = ColumnDrift("season", "jensenshannon", 0.02, 0.6, 300, 2000, "Fall 30 % -> 31 %")
WORSE = ScoreChange("accuracy", -0.2, -0.25, -0.15, margin=0.05)
SAME = ScoreChange("accuracy", 0.01, -0.04, 0.06, margin=0.05)

NEAR = replace(COLOUR, p=0.005)  # beyond the level of a single look, not beyond that of this look
SMALL = replace(COLOUR, distance=0.09)
SLIGHTLY = replace(WORSE, value=-0.11, low=-0.16, high=-0.06)

# The worst column of enough new rows -> the rule and state where no score was compared, where none is worse, where one
# is worse at the level of a single look, and where one is at the level of this look.
WATCHED, HARMED = ("worse:accuracy", DriftState.WATCH), ("harm:accuracy", DriftState.DRIFT)
QUIET, SLIGHT = ("none", DriftState.STABLE), ("small:colour", DriftState.STABLE)
NEARLY, SHIFTED = ("near:colour", DriftState.WATCH), ("shift:colour", DriftState.DRIFT)
FEW, NONE = ("too-few", DriftState.TOO_FEW), ("no-new-rows", DriftState.TOO_FEW)
SCORES = ([], [SAME], [SLIGHTLY], [WORSE])
TABLE = {
    "nothing changed": ([SEASON], (QUIET, QUIET, WATCHED, HARMED)),
    "a small change": ([SEASON, SMALL], (SLIGHT, SLIGHT, WATCHED, HARMED)),
    "a large change that chance may explain": ([SEASON, NEAR], (NEARLY, NEARLY, WATCHED, HARMED)),
    "a large change": ([SEASON, COLOUR], (SHIFTED, SHIFTED, SHIFTED, HARMED)),
    "just enough rows": ([replace(COLOUR, n=50)], (SHIFTED, SHIFTED, SHIFTED, HARMED)),
    "too few rows": ([replace(COLOUR, n=49)], (FEW, QUIET, WATCHED, HARMED)),
    "no new rows": ([], (NONE, QUIET, WATCHED, HARMED)),
}
CASES = [
    (f"{name}, {score}", columns, scores, expected)
    for name, (columns, row) in TABLE.items()
    for score, scores, expected in zip(("no score", "same", "worse", "harm"), SCORES, row, strict=True)
]


@pytest.mark.parametrize(("columns", "scores", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_the_first_rule_that_fires_decides(
    columns: list[ColumnDrift], scores: list[ScoreChange], expected: tuple[str, DriftState]
) -> None:
    found = drift_verdict(1, columns, scores, DriftPolicy())
    assert (found.rule, found.state) == expected


def test_what_was_not_compared_is_said() -> None:
    assert drift_verdict(1, [], [], DriftPolicy()).sentence == "There are no new rows, and no score was compared"
    few = drift_verdict(1, [replace(COLOUR, n=10)], [], DriftPolicy())
    assert few.sentence == "10 new rows, 50 are needed to tell a change from chance"
    expected = "10 new rows are too few to compare; none of 1 scores is worse than at the promotion beyond its margin"
    assert drift_verdict(1, [replace(COLOUR, n=10)], [SAME], DriftPolicy()).sentence == expected
    assert drift_verdict(1, [], [SAME], DriftPolicy()).sentence.startswith("There are no new rows; none of 1 scores")


@pytest.mark.parametrize(("columns", "scores", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_the_worst_of_the_single_states_is_the_verdict(
    columns: list[ColumnDrift], scores: list[ScoreChange], expected: tuple[str, DriftState]
) -> None:
    enough = compared(columns, DriftPolicy())
    allowed = levels(1, len(enough) + len(scores), DriftPolicy())
    states = [*(state_of_column(c, allowed) for c in enough), *(state_of_score(s, allowed) for s in scores)]
    order = [DriftState.TOO_FEW, DriftState.STABLE, DriftState.WATCH, DriftState.DRIFT]
    assert max(states, key=order.index, default=DriftState.TOO_FEW) == expected[1]


def test_a_score_without_an_interval_is_no_harm() -> None:
    unknown = replace(WORSE, low=float("-inf"), high=float("inf"))
    assert drift_verdict(1, [], [unknown], DriftPolicy()).state == DriftState.STABLE


def test_the_sentence_has_the_change_its_size_its_probability_and_n() -> None:
    found = drift_verdict(1, [COLOUR, SEASON], [], DriftPolicy())
    expected = "colour changed: Black 30 % -> 60 % (jensenshannon 0.250, large from 0.1; p = 1e-12, "
    assert found.sentence == f"{expected}at most 6.8e-05 allowed by chance; n = 300)"
    two = drift_verdict(1, [replace(COLOUR, column="brand", p=1e-9, distance=0.3), COLOUR, SEASON], [], DriftPolicy())
    assert two.rule == "shift:colour"
    assert two.sentence.endswith("n = 300); also brand (0.300)")
    harm = drift_verdict(1, [], [WORSE], DriftPolicy())
    assert harm.sentence == "accuracy is 0.2 worse than at the promotion (95 % 0.15 to 0.25, margin 0.05)"


@given(st.integers(1, 10_000), st.integers(1, 12))
def test_the_levels_of_all_looks_sum_to_less_than_the_allowed_false_alarms(looks: int, columns: int) -> None:
    """A look raises DRIFT by chance with at most the probability from which its columns are DRIFT."""
    policy = DriftPolicy(false_alarms=0.05)
    assert sum(map(share_of, range(1, looks + 1))) < 1
    level = policy.false_alarms * share_of(looks) / columns
    others = [replace(SEASON, column=str(number)) for number in range(columns - 1)]
    at, above = (replace(COLOUR, p=level * factor) for factor in (0.999, 1.001))
    assert drift_verdict(looks, [at, *others], [], policy).state == DriftState.DRIFT
    assert drift_verdict(looks, [above, *others], [], policy).state != DriftState.DRIFT


@given(st.permutations([COLOUR, SEASON, replace(COLOUR, column="brand", p=1e-9)]))
def test_the_order_of_the_columns_does_not_matter(columns: list[ColumnDrift]) -> None:
    assert drift_verdict(3, columns, [], DriftPolicy()).rule == "shift:colour"
