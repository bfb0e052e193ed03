"""Tests of the room that remembers: real MLflow on SQLite."""
