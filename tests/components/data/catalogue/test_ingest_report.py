"""Tests: the counts of an ingestion cover every row of a catalogue."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.data.catalogue.catalogue import matches, read_catalogue
from components.data.catalogue.ingest_report import summarise_ingestion
from components.data.catalogue.schema import Refusal, Refused
from tests.components.data.catalogues import jpeg, line, write_catalogue

WHERE = {"articleType": ["Casual Shoes"]}
ARTICLES = st.sampled_from(["Casual Shoes", "CASUAL SHOES", "Casual\u00a0shoes", "Heels", "None", ""])
IDS = st.sampled_from(["1", "2", "3", "4.0", "x", ""])
NAMES = st.sampled_from(["Alder", "Alder, red", '"Alder\nShoes"', '"Bare', "RTV_LoadTest"])


def test_the_counts_add_up(tmp_path: Path) -> None:
    heels = line(3, article="Heels")
    lines = [line(1), line(1), line(2), heels, heels, "4,Men", line(5, "RTV_LoadTest")]
    catalogue = read_catalogue(write_catalogue(tmp_path / "c", lines, {1: jpeg(1)}))
    missing = [Refused("2", Refusal.MISSING_PICTURE, "", catalogue.rows[1])]
    counts = summarise_ingestion(catalogue, {"articleType": ["Casual Shoes"]}, missing, [], {})
    assert (counts.rows, counts.selected, counts.kept) == (7, 4, 1)
    assert counts.quarantined == {"duplicate-id": 2, "missing-picture": 1, "test-row": 1, "too-few-fields": 1}
    elsewhere = counts.notes["quarantined-not-selected"]
    assert counts.kept == counts.selected - sum(counts.quarantined.values()) + elsewhere
    assert counts.notes["missing-picture-not-selected"] == 1
    assert counts.notes["not-selected"] == 1
    assert counts.rows == counts.kept + sum(counts.quarantined.values()) + counts.notes["not-selected"]


def test_an_accepted_value_that_no_row_has_is_named(tmp_path: Path) -> None:
    catalogue = read_catalogue(write_catalogue(tmp_path / "c", [line(1)], {1: jpeg(1)}))
    where = {"articleType": ["casual shoes", "Snekers"], "gender": ["Men"]}
    counts = summarise_ingestion(catalogue, where, [], [], {})
    assert (counts.kept, counts.notes["accepted-values-without-row"]) == (1, 1)
    assert counts.read_as["accepted-values-without-row"] == "articleType: Snekers"
    assert counts.read_as["separator"] == "comma"


@given(rows=st.lists(st.tuples(ARTICLES, IDS, NAMES), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_is_kept_not_selected_or_quarantined(rows: list[tuple[str, str, str]], tmp_path: Path) -> None:
    lines = [line(product, name, article=article) for article, product, name in rows]
    folder = write_catalogue(Path(tempfile.mkdtemp(dir=tmp_path)) / "c", lines, {})
    catalogue = read_catalogue(folder, WHERE)
    missing = [Refused(str(row.id), Refusal.MISSING_PICTURE, "", row) for row in catalogue.rows if matches(row, WHERE)]
    counts = summarise_ingestion(catalogue, WHERE, missing[::2], [], {})
    assert counts.rows == len(rows)
    assert counts.rows == counts.kept + sum(counts.quarantined.values()) + counts.notes.get("not-selected", 0)
