"""Tests: the words that are typical of a failure mode, and how other columns go with it."""

import numpy as np
import pytest
from scipy.stats.contingency import association

from components.recipes.failure_modes.ingest.rows import Read
from components.recipes.failure_modes.ingest.tables import associations, typical_shares, typical_words

ROWS = [
    *[Read(n, "pump leaking oil", "Leak") for n in range(6)],
    *[Read(n, "pump hose cut", "Leak") for n in range(6, 8)],
    *[Read(n, "pump worn teeth", "Worn") for n in range(8, 12)],
    Read(12, "pump", None),
]


def test_a_typical_word_is_more_frequent_with_its_failure_mode_than_with_others() -> None:
    assert list(typical_words(ROWS)) == ["Leak", "Worn"]
    assert typical_shares(ROWS, 1) == {
        "Leak: leaking": {"with this failure mode": pytest.approx(6 / 8), "with others": 0.0},
        "Worn: teeth": {"with this failure mode": 1.0, "with others": 0.0},
    }


def test_of_one_failure_mode_alone_nothing_is_said_of_others() -> None:
    assert set(typical_shares(ROWS[:8], 1)["Leak: pump"].values()) == {1.0, 0.0}


def test_a_column_goes_with_the_failure_mode_as_scipy_says_but_for_the_correction() -> None:
    rows = [Read(n, "pump", "Leak" if n % 2 else "Worn", asset="hoist" if n % 2 else "baler") for n in range(40)]
    found = associations(rows)["asset"]
    table = np.array([[0, 20], [20, 0]])
    assert found == {"cramers_v": pytest.approx(association(table, method="cramer"), abs=0.03), "n": 40}
