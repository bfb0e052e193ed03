"""Tests, laid out as the code is: one test file a module, of the same name."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]  # of the repository
