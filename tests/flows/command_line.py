"""Tests: the command line as a person types it, but in this process."""

from pathlib import Path

from typer.testing import CliRunner, Result

from flows.cli import app


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])
