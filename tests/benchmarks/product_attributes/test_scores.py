"""Tests: candidates are scored against held-out rows, and the chain reaches the bar on real ones."""

from pathlib import Path

import pytest

from benchmarks.product_attributes.rows import COLUMNS, parted, read_rows
from benchmarks.product_attributes.scores import Scores, mean_of, score_candidate
from components.core.errors import DataError
from components.recipes.product_attributes.candidates.settings import LadderSettings
from tests.components.recipes.product_attributes.tables import rows

SETTINGS = LadderSettings()


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rows") / "styles.csv"
    lines = [",".join(str(row.get(name) or "") for name in COLUMNS) for row in rows(240)]
    path.write_text("\n".join([",".join(COLUMNS), *lines, "a,comma,too,many,,,,"]) + "\n")
    return path


def test_dependence_is_seen_and_rows_that_cannot_be_read_are_left_out(table: Path) -> None:
    every = read_rows(table)
    assert len(every) == 240
    part = parted(every, 160, 1)
    independent, chain = (score_candidate(name, part, 80, SETTINGS, 1) for name in ("independent", "chain"))
    assert chain.valid > 0.95
    assert independent.valid < 0.8
    assert independent.c2st > 0.6 > chain.c2st
    assert independent.pairs > 2 * chain.pairs


def test_a_table_with_nothing_to_hold_out_is_one_sentence(table: Path) -> None:
    with pytest.raises(DataError, match=r"The table has 240 rows, expected more than 31,000: lower --train"):
        parted(read_rows(table), 31_000, 1)


def test_the_bar_needs_both_scores() -> None:
    assert Scores(0.02, 0.048, 0.518, 1.0, 0.9).reaches_the_bar
    assert not Scores(0.02, 0.048, 0.519, 1.0, 0.9).reaches_the_bar
    assert not Scores(0.02, 0.049, 0.5, 1.0, 0.9).reaches_the_bar


@pytest.mark.slow
@pytest.mark.shared_data
def test_the_chain_reaches_the_bar_on_real_rows(shared: Path) -> None:
    every = read_rows(shared / "data" / "fashion-dataset" / "styles.csv")
    found = [score_candidate("chain", parted(every, 31_000, seed), 10_000, SETTINGS, seed) for seed in range(4)]
    assert mean_of(found).reaches_the_bar
