"""Tests: the page of an ingest says what became of the rows, shows the classes with their rules, and escapes names."""

import csv
import json
import re
from pathlib import Path

import pytest

from components.recipes.demand.ingest.report import PAGE, SERIES_COLUMNS
from tests.components.recipes.demand.settings import WEEKS, config_of, ingest, sales, steady, write_table

UNSOLD = "<i>ZEROS</i>"
ODD = "<b>P&Q $x_1$</b>"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ingest")
    names = [f"P{at:02d}" for at in range(26)]
    rows = [*steady(*names), *sales(ODD, [0, 0, 0, 9] * 10), *sales(UNSOLD, [0] * WEEKS)]
    rows += [f"PEAK,{row.split(',')[1]},{5000 if at == 8 else 4 + at % 3}" for at, row in enumerate(steady("A"))]
    ingest(config_of(write_table(folder, rows), classes={"anomalies": 0.1}), folder)
    return folder / "report"


def test_the_page_is_one_file_and_escapes_names(report: Path) -> None:
    page = (report / PAGE).read_text(encoding="utf-8")
    assert ODD not in page
    assert "&lt;i&gt;ZEROS&lt;/i&gt;" in page
    assert 'src="data:image/png' in page
    assert not re.search(r'(src|href)="(?!data:|#)', page)


def test_the_page_says_what_became_of_the_rows_and_which_rules_hold(report: Path) -> None:
    page = (report / PAGE).read_text(encoding="utf-8")
    assert "1,120 of 1,160 rows give 28 products over 40 weeks, from 2024-01-01 to 2024-09-30." in page
    assert "series never sold" in page
    assert UNSOLD not in page
    assert "(ADI) is below 1.32 periods" in page
    assert "80 % of it; B: up to 95 %" in page
    assert "at most 0.5; Y" in page


def test_an_unusual_product_has_a_reason_with_its_figures(report: Path) -> None:
    unusual = json.loads((report / "account.json").read_text(encoding="utf-8"))["unusual"]
    reasons = {found["id"]: found["why"] for found in unusual}
    assert reasons["PEAK"] == "It sold 5,000 in the week of 2024-02-26, 1,000 times its usual 5."


def test_the_tables_have_each_series_and_each_row_that_was_left_out(report: Path) -> None:
    with (report / "series.csv").open(encoding="utf-8", newline="") as file:
        series = list(csv.DictReader(file))
    assert tuple(series[0]) == SERIES_COLUMNS
    assert len(series) == 28
    assert next(row for row in series if row["id"] == ODD)["demand_class"] == "intermittent"
    assert next(row for row in series if row["id"] == "PEAK")["outliers"] == "1"
    assert len((report / "quarantined.csv").read_text(encoding="utf-8").splitlines()) == WEEKS + 1
    assert (report / "left-out.csv").read_text(encoding="utf-8").splitlines()[1:] == [f"{UNSOLD},series-never-sold"]
