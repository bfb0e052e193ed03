"""Tests: the counts of an ingestion cover every row of a catalogue."""

from pathlib import Path

from components.data.catalogue.catalogue import read_catalogue
from components.data.catalogue.ingest_report import summarise_ingestion
from components.data.catalogue.schema import Refusal, Refused
from tests.components.data.catalogues import jpeg, line, write_catalogue


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
