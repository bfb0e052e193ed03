"""Flows: `python -m flows`."""

from flows.cli import app

app(prog_name="python -m flows")
