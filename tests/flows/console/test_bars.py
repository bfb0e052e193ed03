"""Tests: off a terminal, progress is plain lines on standard error, not more than one in five seconds."""

import pytest

from flows.console.bars import progress_log


def test_lines_are_few_and_the_last_one_is_always_there(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_log() as log:
        for done in range(1, 101):
            log.progress("generate", done, 100)
            log.metrics({"loss": 1.0}, done)
    printed = capsys.readouterr()
    assert printed.err.splitlines() == ["generate 1/100", "generate 100/100"]
    assert printed.out == ""
