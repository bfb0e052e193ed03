"""Flows: prose. The only room with Prefect. `python -m flows --help` shows what can be done."""
