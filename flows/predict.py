"""Flows: answers a table, such as a CSV file, with one version of a model, and writes the answers beside its rows."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from components.core.config import ModelConfig
from components.core.errors import UsageError
from components.core.files import write_text
from components.core.predictor import PredictsTables
from components.data.table_file import Row, Table, find_table, read_table
from flows.console.bars import progress_log
from registry.loaded import Loaded, load_version

PROBLEM = "problem"


def predict(config: ModelConfig, file: Path, version: str | None, to: Path, long_form: bool = False) -> dict[str, Any]:
    """Write each row of a table with the version's answer to it, completely or not at all, in the order of the table.

    A row that cannot be read has no answer, and the column `problem` says why. Lists and tables are cells with JSON.
    In the long form, lists of an answer are rows instead, one for each place: a forecast of 8 weeks has 8 rows.

    Args:
        config: of the model.
        file: the table, in any encoding and with any separator.
        version: a number or an alias; by default the version in production.
        to: a CSV file that does not exist yet.
        long_form: whether lists are rows.

    Raises:
        UsageError: the model does not answer tables, the table lacks a column, or `to` exists.
        DataError: the file is no table.
    """
    if to.exists():
        raise UsageError(f"{to} is there already", expected="a new file", act="name another one")
    with progress_log() as log:
        log.progress("load the model", 0, 1)
        loaded = load_version(config, version, log)
        log.progress("load the model", 1, 1)
        table = read_table(find_table(file), ())
        rows = list(answer_rows(loaded, table, lambda done: log.progress("answer rows", done, len(table.rows))))
    to.parent.mkdir(parents=True, exist_ok=True)
    write_text(to, table_text(*longer(table, rows)) if long_form else table_text(table, rows))
    refused = sum(bool(row.refused) for row in table.rows)
    return {**loaded.origin, "rows": len(rows), "unreadable": refused, "file": str(to), "read_as": dict(table.read_as)}


def answer_rows(loaded: Loaded, table: Table, on_done: Callable[[int], None]) -> Iterator[Mapping[str, Any]]:
    """Yield the answer to each row, or why it cannot be read. Raises UsageError if the model answers no tables."""
    predictor = loaded.predictor
    if not isinstance(predictor, PredictsTables):
        found = f"{loaded.config.model} does not answer tables"
        raise UsageError(found, act=f"use `python -m flows generate {loaded.config.model}`")
    on_done(0)
    readable = [row.values for row in table.rows if not row.refused]
    answers = iter(predictor.predict_table(readable))  # at once: rows may belong together, such as one product's sales
    for row in table.rows:
        yield {PROBLEM: f"line {row.line}: {row.refused}"} if row.refused else next(answers)
    on_done(len(table.rows))


def longer(table: Table, answers: Sequence[Mapping[str, Any]]) -> tuple[Table, list[Mapping[str, Any]]]:
    """Return the table and its answers with a row for each place of the lists of an answer; other values are repeated.

    A list that is shorter than the longest of its answer has empty cells. An answer without lists stays one row.
    """
    places = [(row, part) for row, answer in zip(table.rows, answers, strict=True) for part in _places(answer)]
    return replace(table, rows=[row for row, _ in places]), [part for _, part in places]


def _places(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    lists = {name: value for name, value in answer.items() if isinstance(value, list) and value}
    for values in zip_longest(*lists.values()) if lists else [()]:
        yield {**answer, **dict(zip(lists, values, strict=True))}


def table_text(table: Table, answers: Sequence[Mapping[str, Any]]) -> str:
    """Return the table with the columns of the answers; one that the table has already gets the suffix `_answer`."""
    added = list(dict.fromkeys(name for answer in answers for name in answer))
    names = {name: f"{name}_answer" if name in table.columns else name for name in added}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*table.columns, *names.values()])
    for row, answer in zip(table.rows, answers, strict=True):
        writer.writerow([*_values(row, table.columns), *(_cell(answer.get(name)) for name in added)])
    return text.getvalue()


def _values(row: Row, columns: Sequence[str]) -> list[str]:
    return [row.values.get(column, "") for column in columns]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False)
