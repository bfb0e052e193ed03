"""Tests: a shift of the level, new products and dearer ones show in the columns of drift; equal data do not."""

from pathlib import Path

import numpy as np

from components.drift.columns import column_drifts
from components.recipes.demand.drift_features import LEVEL, PRICE, PRODUCT, SHIFT, SILENT, features
from tests.components.recipes.demand.settings import WEEKS, config_of, read, sales, snapshot_of

CONFIG = config_of()


def columns(folder: Path, factor: float = 1.0, new: int = 0, seed: int = 0) -> dict[str, list[object]]:
    numbers = np.random.default_rng(seed)
    rows: list[str] = []
    for at in range(60):
        quantities = numbers.poisson(20, WEEKS).astype(float)
        quantities[-4:] *= factor
        rows += sales(f"P{at}", quantities)
    rows += [row for at in range(new) for row in sales(f"N{at}", [9] * 9, first=WEEKS - 9)]
    found = features(CONFIG, snapshot_of(read(folder, rows), folder), "test", folder)
    return {name: list(column) for name, column in found.items()}


def test_a_shift_of_the_level_shows_and_chance_does_not(tmp_path: Path) -> None:
    reference = columns(tmp_path)
    same = {drift.column: drift.p for drift in column_drifts(reference, columns(tmp_path, seed=1))}
    shifted = {drift.column: drift.p for drift in column_drifts(reference, columns(tmp_path, factor=3, seed=1))}
    assert same[SHIFT] > 0.001
    assert shifted[SHIFT] < 1e-9
    assert same[LEVEL] > 0.001
    assert shifted[LEVEL] < 1e-9


def test_the_share_of_new_products_shows(tmp_path: Path) -> None:
    found = columns(tmp_path, new=40)
    assert found[PRODUCT].count("new") == 40
    drifts = {drift.column: drift for drift in column_drifts(columns(tmp_path), found)}
    assert drifts[PRODUCT].p < 1e-6
    assert "-> 60 %" in drifts[PRODUCT].change


def test_weeks_without_a_sale_are_counted_in_the_last_horizon(tmp_path: Path) -> None:
    rows = sales("A", [5] * (WEEKS - 2) + [0, 0])
    assert features(CONFIG, snapshot_of(read(tmp_path, rows), tmp_path), "test", tmp_path)[SILENT] == [0.5]


def test_a_change_of_prices_shows_if_prices_are_known(tmp_path: Path) -> None:
    rows = [f"{row},{2 if at < WEEKS - 4 else 4}" for at, row in enumerate(sales("A", [5] * WEEKS))]
    found = features(CONFIG, snapshot_of(read(tmp_path, rows, "id,date,quantity,price"), tmp_path), "test", tmp_path)
    assert np.allclose(found[PRICE], [np.log(2)])
    assert PRICE not in columns(tmp_path)
