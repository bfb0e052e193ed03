"""Tests: runs a command of the command line in this process."""

from pathlib import Path

from typer.testing import CliRunner, Result

from flows.cli import app


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="python -m flows")
