"""Tests: each rule of the drift verdict, and how often it may be wrong."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.drift_policy import DriftPolicy
from components.drift.columns import ColumnDrift
from components.drift.verdict import DriftState, ScoreChange, drift_verdict, share_of

COLOUR = ColumnDrift("colour", "jensenshannon", 0.25, 1e-12, 300, 2000, "Black 30 % -> 60 %")
SEASON = ColumnDrift("season", "jensenshannon", 0.02, 0.6, 300, 2000, "Fall 30 % -> 31 %")
WORSE = ScoreChange("accuracy", -0.2, -0.25, -0.15, margin=0.05)
SAME = ScoreChange("accuracy", 0.01, -0.04, 0.06, margin=0.05)

TABLE = [
    ("too-few", [replace(COLOUR, n=49)], [], DriftState.TOO_FEW),
    ("too-few", [], [], DriftState.TOO_FEW),
    ("harm:accuracy", [SEASON], [WORSE], DriftState.DRIFT),
    ("harm:accuracy", [replace(COLOUR, n=10)], [WORSE], DriftState.DRIFT),
    ("shift:colour", [SEASON, COLOUR], [SAME], DriftState.DRIFT),
    ("worse:accuracy", [SEASON], [replace(WORSE, value=-0.11, low=-0.16, high=-0.06)], DriftState.WATCH),
    ("near:colour", [replace(COLOUR, p=0.01), SEASON], [], DriftState.WATCH),
    ("small:colour", [replace(COLOUR, distance=0.09)], [], DriftState.STABLE),
    ("none", [SEASON], [SAME], DriftState.STABLE),
]


@pytest.mark.parametrize(
    ("rule", "columns", "scores", "state"), TABLE, ids=[f"{row[0]}-{i}" for i, row in enumerate(TABLE)]
)
def test_the_first_rule_that_fires_decides(
    rule: str, columns: list[ColumnDrift], scores: list[ScoreChange], state: DriftState
) -> None:
    found = drift_verdict(1, columns, scores, DriftPolicy())
    assert (found.rule, found.state) == (rule, state)


def test_the_sentence_has_the_change_its_size_its_probability_and_n() -> None:
    found = drift_verdict(1, [COLOUR, SEASON], [], DriftPolicy())
    expected = "colour changed: Black 30 % -> 60 % (jensenshannon 0.250, large from 0.1; p = 1e-12, "
    assert found.sentence == f"{expected}at most 6.8e-05 allowed by chance; n = 300)"
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
