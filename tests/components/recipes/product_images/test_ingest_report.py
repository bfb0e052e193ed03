"""Tests: the report of an ingest."""

import json
from pathlib import Path

import pytest
from PIL import Image

from components.core.records import Ingestion, Snapshot

PICTURES = {
    "colours.png",
    "genders.png",
    "seasons.png",
    "years.png",
    "resolutions.png",
    "missing-values.png",
    "colour-balance.png",
    "contact-sheet.png",
}


def test_the_report_has_its_counts_and_pictures(ingested: tuple[Snapshot, Ingestion, Path]) -> None:
    snapshot, account, report = ingested
    assert {path.name for path in report.iterdir()} == PICTURES | {
        "account.json",
        "quarantine.csv",
        "missing-pictures.csv",
    }
    counts = json.loads((report / "account.json").read_text(encoding="utf-8"))
    assert (counts["rows"], counts["kept"], counts["splits"]) == (account.rows, account.kept, snapshot.sizes)
    for split in snapshot.sizes:
        assert sum(shares.get(split, 0) for shares in counts["colours"].values()) == pytest.approx(1, abs=0.01)
    with Image.open(report / "contact-sheet.png") as sheet:
        assert min(sheet.size) > 1000
