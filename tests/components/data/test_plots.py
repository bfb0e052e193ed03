"""Tests: plots of a snapshot's content show its texts as data."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from components.data.plots import plot_counts, plot_shares

TEXTS = ["$20 #1 $30", "5$_$", "Gold $\\a$", "_hidden", "", "x" * 300, "x" * 299, "\u9ed2", "2012", "3 others"]


@pytest.mark.filterwarnings("error")
def test_any_text_may_be_a_value(tmp_path: Path) -> None:
    plot_counts(tmp_path / "counts.png", "Colours", dict.fromkeys(TEXTS, 2), 20)
    plot_shares(tmp_path / "shares.png", "Colours", {text: {"train": 0.1, "test": 0.2} for text in TEXTS})
    for name in ("counts.png", "shares.png"):
        with Image.open(tmp_path / name) as plot:
            assert plot.width == 880


@pytest.mark.parametrize(("counts", "bars"), [({"x" * 300: 5, "x" * 299: 5}, 2), ({"x" * 300: 5}, 1), ({}, 0)])
def test_values_that_look_alike_when_shortened_keep_a_bar_each(
    counts: dict[str, int], bars: int, tmp_path: Path
) -> None:
    plot_counts(tmp_path / "plot.png", "Colours", counts, 10)
    with Image.open(tmp_path / "plot.png") as plot:
        rows = (np.asarray(plot.convert("RGB")) == (0x2F, 0x6F, 0x8F)).all(-1).sum(axis=1) > 50
    assert np.count_nonzero(np.diff(rows.astype(int)) == 1) == bars
