"""Tests: one test file for each module, of the same name, in the same place."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]  # of the repository
