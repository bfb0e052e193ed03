"""Tests: Evidently's report is written for columns of any kind."""

import re
from pathlib import Path

from components.drift.columns import column_drifts
from components.drift.evidently_report import write_evidently_report

REFERENCE = {
    "colour": ["Black", "White", "Red", None] * 25,
    "year": [2011, 2012, 2013, None] * 25,
    "same": ["x"] * 100,
    "none": [None] * 100,
    "old": [1] * 100,
}
CURRENT = {
    "colour": ["Black", "Lime", "Lime"] * 20,
    "year": [2015, 2016, None] * 20,
    "same": ["x"] * 60,
    "none": ["y"] * 60,
    "new": [1] * 60,
}


def test_the_report_has_the_distances_of_the_verdict_and_leaves_out_what_cannot_be_drawn(tmp_path: Path) -> None:
    left_out = write_evidently_report(tmp_path / "drift.html", REFERENCE, CURRENT)
    assert left_out == ["none", "old"]
    page = (tmp_path / "drift.html").read_text(encoding="utf-8")
    distances = {drift.column: drift.distance for drift in column_drifts(REFERENCE, CURRENT)}
    assert f"{distances['colour']:.6f}" in page
    assert not re.findall(r'<script[^>]+src="http', page)


def test_without_a_column_to_draw_nothing_is_written(tmp_path: Path) -> None:
    assert write_evidently_report(tmp_path / "drift.html", {"a": [None]}, {"a": [None]}) == ["a"]
    assert not (tmp_path / "drift.html").exists()
