"""Tests: Evidently's report is written for columns of any kind."""

import re
from html import escape
from pathlib import Path

import pytest

from components.drift.columns import column_drifts
from components.drift.evidently_report import write_evidently_report
from components.drift.verdict import DriftState, DriftVerdict

REFERENCE = {
    "colour": ["Black", "White", "Red", None] * 25,
    "year": [2011, 2012, 2013, None] * 25,
    "same": ["x"] * 100,
    "none": [None] * 100,
    "old": [1] * 100,
}
STABLE = DriftVerdict(DriftState.STABLE, "none", "Nothing changed beyond chance in <5> comparisons")
CURRENT = {
    "colour": ["Black", "Lime", "Lime"] * 20,
    "year": [2015, 2016, None] * 20,
    "same": ["x"] * 60,
    "none": ["y"] * 60,
    "new": [1] * 60,
}


def test_the_report_has_the_distances_of_the_verdict_and_leaves_out_what_cannot_be_drawn(tmp_path: Path) -> None:
    left_out = write_evidently_report(tmp_path / "drift.html", REFERENCE, CURRENT, STABLE)
    assert left_out == ["none", "old"]
    page = (tmp_path / "drift.html").read_text(encoding="utf-8")
    distances = {drift.column: drift.distance for drift in column_drifts(REFERENCE, CURRENT)}
    assert f"{distances['colour']:.6f}" in page
    assert not re.findall(r'<script[^>]+src="http', page)


@pytest.mark.parametrize(
    "verdict",
    [STABLE, DriftVerdict(DriftState.DRIFT, "harm:kid", "kid is 0.2 worse than at the promotion")],
    ids=lambda verdict: verdict.state,
)
def test_the_page_says_our_verdict_and_has_no_headline_that_could_contradict_it(
    tmp_path: Path, verdict: DriftVerdict
) -> None:
    write_evidently_report(tmp_path / "drift.html", REFERENCE, CURRENT, verdict)
    page = (tmp_path / "drift.html").read_text(encoding="utf-8")
    top = page[page.index("<body>") : page.index("</section>")]
    assert f'<h1 style="margin: 0">{verdict.state}</h1>' in top
    assert escape(verdict.sentence) in top
    for headline in ("Dataset Drift is", "Dataset drift detection threshold", "Share of Drifted Columns"):
        assert headline not in page
    assert "out of 3)" in page  # the table of columns is there


def test_without_a_column_to_draw_nothing_is_written(tmp_path: Path) -> None:
    assert write_evidently_report(tmp_path / "drift.html", {"a": [None]}, {"a": [None]}, STABLE) == ["a"]
    assert not (tmp_path / "drift.html").exists()
