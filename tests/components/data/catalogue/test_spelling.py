"""Tests: values that differ in their spelling alone become one value."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.data.catalogue.catalogue import read_catalogue, select
from components.data.catalogue.schema import Repair
from components.data.catalogue.values import spelling_key
from tests.components.data.catalogues import line, write_catalogue

SPELLINGS = ["Casual Shoes", "casual shoes", "CASUAL SHOES", "Casual\u00a0 Shoes", "\uff23asual Shoes", "casual-shoes"]


@pytest.mark.parametrize("asked", ["Casual Shoes", "casual  shoes"])
def test_rows_are_selected_in_every_spelling_and_the_repairs_are_counted(asked: str, tmp_path: Path) -> None:
    lines = [
        line(1),
        *(line(n, article=article) for n, article in enumerate(SPELLINGS, start=2)),
        line(9, article="Heels"),
    ]
    where = {"articleType": [asked]}
    catalogue = read_catalogue(write_catalogue(tmp_path / "c", lines, {}), where)
    selected = select(catalogue, where)
    assert [row.id for row in selected] == list(range(1, 8))
    assert {row.values["articleType"] for row in selected} == {"Casual Shoes"}
    assert [row.id for row in selected if Repair.OTHER_SPELLING in row.repairs] == [3, 4, 6, 7]


def test_the_spelling_of_the_yaml_wins_and_then_that_of_most_rows(tmp_path: Path) -> None:
    lines = [line(n, article="heels", baseColour=colour) for n, colour in enumerate(["RED", "Red", "Red", "red"])]
    folder = write_catalogue(tmp_path / "c", [*lines, line(9, article="Heels")], {})
    rows = read_catalogue(folder, {"articleType": ["Heels"]}).rows
    assert {row.values["articleType"] for row in rows} == {"Heels"}
    assert [row.values["baseColour"] for row in rows[:4]] == ["Red"] * 4
    assert {row.values["articleType"] for row in read_catalogue(folder).rows} == {"heels"}


@given(st.text())
def test_the_key_of_a_spelling_is_the_same_in_any_case_and_form(text: str) -> None:
    assert spelling_key(spelling_key(text)) == spelling_key(text)
    assert spelling_key(f" {text}\u200b\u00a0") == spelling_key(text)
