"""Tests: requests are kept with what became of them, read by model and time, and deleted by time."""

from dataclasses import replace
from pathlib import Path

from registry.request_log import LoggedRequest, forget_requests, requests, write_requests

ROW = LoggedRequest(1.0, "fruit", 2, "Production", "shop", "answered", 3, 0.25, 1, '{"grams": 1}')


def test_rows_are_read_as_they_were_written_in_their_order(bare_home: Path) -> None:
    rows = [replace(ROW, time=float(number)) for number in range(5)]
    write_requests([*rows, replace(ROW, model="starter")])
    write_requests([])
    assert requests("fruit") == rows
    assert requests("fruit", since=3.0) == rows[3:]
    assert requests("fruit", limit=2) == rows[3:]


def test_what_no_database_keeps_is_replaced(bare_home: Path) -> None:
    write_requests([replace(ROW, asked="a\0b\ud800")])
    assert [row.asked for row in requests("fruit")] == ["ab?"]


def test_rows_before_a_moment_are_forgotten(bare_home: Path) -> None:
    write_requests([replace(ROW, time=float(number)) for number in range(5)])
    assert forget_requests(3.0) == 3
    assert [row.time for row in requests("fruit")] == [3.0, 4.0]
