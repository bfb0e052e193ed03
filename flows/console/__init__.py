"""Flows: what the terminal shows: progress, tables, sentences."""
