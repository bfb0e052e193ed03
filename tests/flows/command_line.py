"""Tests: the command line as a person types it, but in this process."""

from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from flows.cli import app


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])
