"""Tests: outside a terminal progress is plain lines with the elapsed time, and few of them."""

import re

import pytest

from flows.console.progress import FlowLog, announce, flow_log


def test_a_line_has_the_time_the_flow_the_work_and_its_share(capsys: pytest.CaptureFixture[str]) -> None:
    log = FlowLog(None, None, "evaluate")
    log.progress("pictures of step 100", 32, 128)
    announce("promote")
    lines = capsys.readouterr().err.splitlines()
    assert [re.sub(r"^\[\d\d:\d\d(:\d\d)?\] ", "", line) for line in lines] == [
        "evaluate: pictures of step 100, 32 of 128",
        "promote: begins",
    ]
    assert all(line.startswith("[") and line.isprintable() for line in lines)


def test_a_flows_name_is_not_said_twice(capsys: pytest.CaptureFixture[str]) -> None:
    FlowLog(None, None, "train").progress("train", 4, 4)
    assert capsys.readouterr().err.endswith("] train, 4 of 4\n")


def test_quick_work_of_many_steps_has_two_lines_at_most(capsys: pytest.CaptureFixture[str]) -> None:
    with flow_log(None) as log:
        for step in range(1, 1001):
            log.progress("train", step, 1000)
    lines = capsys.readouterr().err.splitlines()
    assert 1 <= len(lines) <= 2
    assert lines[-1].endswith("train, 1000 of 1000")


def test_a_note_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    FlowLog(None, None, "train").note("precision", "fp32: the model is small")
    assert capsys.readouterr().err.endswith("] precision: fp32: the model is small\n")
