"""Tests: corrections are read with a reason for each wrong line, and replace labels in the next ingest."""

from pathlib import Path

import pytest

from components.core.corrections import Correction
from components.core.errors import DataError
from components.recipes.failure_modes.ingest.corrections import ADDED, CONFIRMED, CORRECTED, corrected, read_corrections
from components.recipes.failure_modes.ingest.rows import Read
from tests.components.recipes.failure_modes.settings import config_of, table


def correction(text: str, label: str, by: str = "ann") -> Correction:
    return Correction({"text": text, "label": label}, by, 0.0)


def test_corrections_are_read_without_personal_details(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(table([("hose leaks, call 0412 345 678", "Leak")]))
    assert read_corrections(config_of(), tmp_path / "c.csv") == [{"text": "hose leaks, call <phone>", "label": "Leak"}]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (table([("hose leaks", "Leak"), ("", "Leak")]), r"Line 3 of .* cannot be used \(no-text\)"),
        (table([("hose leaks", "")]), r"Line 2 of .* cannot be used \(no-label\)"),
        (table([]), "has no rows, expected one correction at least"),
        ("comment,class\na,b\n", "has no column text, label"),
    ],
)
def test_a_file_with_a_wrong_line_is_refused_and_the_line_named(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "c.csv").write_text(content)
    with pytest.raises(DataError, match=said):
        read_corrections(config_of(), tmp_path / "c.csv")


def test_labels_are_replaced_confirmed_and_added_and_the_newest_correction_counts() -> None:
    rows = [Read(2, "Hose leaks", "Worn"), Read(3, "belt torn", "Worn"), Read(4, "", None, refused="no-text")]
    made = [correction("hose leaks!", "Noise"), correction("belt torn", "Worn"), correction("hose leaks", "Leak")]
    found = corrected(rows, [*made, correction("new comment", "Jammed")])
    assert [(row.label, row.before, row.repairs) for row in found if not row.refused] == [
        ("Leak", "Worn", (CORRECTED,)),
        ("Worn", "Worn", (CONFIRMED,)),
        ("Jammed", "", (ADDED,)),
    ]


def test_a_comment_without_a_label_gets_one_from_a_correction() -> None:
    found = corrected([Read(2, "hose leaks", None, refused="no-label")], [correction("hose leaks", "Leak")])
    assert [(row.label, row.refused) for row in found] == [("Leak", "")]
