"""Tests: a table is answered row by row in its order, completely or not at all, whatever its encoding and separator."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.core.errors import DataError, UsageError
from components.data.table_file import Row, Table
from components.recipes import read_config
from flows.predict import answer_rows, longer, predict, table_text
from registry.loaded import Loaded
from registry.settings import settings as our_settings
from tests.registry.toy_recipe import toy_config
from tests.toys import Grams, Kind


@dataclass
class TableSorter:
    """Sorts the rows of a table of fruits."""

    request = Grams
    response = Kind

    def predict(self, request: Any, /) -> Any:
        return Kind(kind="plum")

    def predict_table(self, rows: Sequence[Mapping[str, str]], /) -> list[Mapping[str, Any]]:
        return [{"kind": "apple" if int(row["grams"]) > 80 else "plum", "sure": True, "top": {"a": 1}} for row in rows]


LOADED = Loaded(TableSorter(), {"model": "toy", "version": "1"}, toy_config())


def table(*rows: Row, columns: Sequence[str] = ("grams",)) -> Table:
    return Table(columns, rows)


def row(line: int, grams: object, refused: str = "") -> Row:
    return Row(line, {} if refused else {"grams": str(grams)}, refused)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 200), st.booleans()), max_size=40))
def test_each_row_gets_its_own_answer_in_its_place(wanted: list[tuple[int, bool]]) -> None:
    rows = [row(number, grams, "" if sound else "quote-not-closed") for number, (grams, sound) in enumerate(wanted, 2)]
    answers = list(answer_rows(LOADED, table(*rows), lambda done: None))
    expected = [
        {"kind": "apple" if grams > 80 else "plum", "sure": True, "top": {"a": 1}}
        if sound
        else {"problem": f"line {number}: quote-not-closed"}
        for number, (grams, sound) in enumerate(wanted, 2)
    ]
    assert answers == expected


def test_a_table_is_answered_whole_however_long_it_is() -> None:
    class Counter(TableSorter):
        def predict_table(self, rows: Sequence[Mapping[str, str]], /) -> list[Mapping[str, Any]]:
            return [{"rows": len(rows)} for _ in rows]

    loaded = Loaded(Counter(), {"model": "toy", "version": "1"}, toy_config())
    rows = [row(number, 1) for number in range(2, 5_002)]
    assert {answer["rows"] for answer in answer_rows(loaded, table(*rows), lambda done: None)} == {5_000}


def test_columns_of_answers_stand_after_those_of_the_table_and_never_replace_them() -> None:
    text = table_text(
        table(Row(2, {"kind": "a;b", "grams": "90"}), Row(3, {}, "other"), columns=("kind", "grams")),
        [{"kind": "apple", "sure": True, "top": {"a": 1}, "none": None}, {"problem": "line 3: other"}],
    )
    read = list(csv.DictReader(text.splitlines()))
    assert read == [
        {
            "kind": "a;b",
            "grams": "90",
            "kind_answer": "apple",
            "sure": "true",
            "top": '{"a": 1}',
            "none": "",
            "problem": "",
        },
        {"kind": "", "grams": "", "kind_answer": "", "sure": "", "top": "", "none": "", "problem": "line 3: other"},
    ]


def test_in_the_long_form_each_place_of_a_list_is_a_row_and_nothing_is_lost() -> None:
    asked = table(Row(2, {"grams": "90"}), Row(3, {}, "other"), Row(4, {"grams": "7"}))
    answers = [
        {"week": ["1", "2", "3"], "sold": [4, 5], "method": "naive", "top": {"a": 1}},
        {"problem": "line 3: other"},
        {"week": [], "sold": []},
    ]
    read = list(csv.DictReader(table_text(*longer(asked, answers)).splitlines()))
    naive = {"grams": "90", "method": "naive", "top": '{"a": 1}', "problem": ""}
    empty = {"grams": "", "week": "", "sold": "", "method": "", "top": "", "problem": ""}
    assert read == [
        {**naive, "week": "1", "sold": "4"},
        {**naive, "week": "2", "sold": "5"},
        {**naive, "week": "3", "sold": ""},
        {**empty, "problem": "line 3: other"},
        {**empty, "grams": "7", "week": "[]", "sold": "[]"},
    ]


def test_a_model_that_answers_no_tables_says_so_and_nothing_is_written(after_lifecycle: str, tmp_path: Path) -> None:
    config = read_config(our_settings().models, after_lifecycle)
    (tmp_path / "in.csv").write_text("grams\n90\n")
    to = tmp_path / "out" / "answers.csv"
    with pytest.raises(UsageError, match="fruit does not answer tables: use `python -m flows generate fruit`"):
        predict(config, tmp_path / "in.csv", None, to)
    assert not to.parent.exists()


def test_a_file_that_is_there_is_not_replaced_and_a_missing_table_is_named(
    after_lifecycle: str, tmp_path: Path
) -> None:
    config = read_config(our_settings().models, after_lifecycle)
    (tmp_path / "there.csv").write_text("mine")
    with pytest.raises(UsageError, match=r"there\.csv is there already, expected a new file"):
        predict(config, tmp_path / "in.csv", None, tmp_path / "there.csv")
    with pytest.raises(DataError, match=r"in\.csv does not exist"):
        predict(config, tmp_path / "in.csv", None, tmp_path / "out.csv")
