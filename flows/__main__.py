"""Flows: `python -m flows`, the same as the command `atelier`."""

from flows.cli import app

app(prog_name="python -m flows")
