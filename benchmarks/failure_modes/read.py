"""Benchmarks: reads comments and labels from CSV files, plain or packed."""

from pathlib import Path

import pandas as pd


def read_comments(path: Path, text: str = "text", label: str | None = "label") -> tuple[list[str], list[str]]:
    """Return the texts and the labels; empty labels without such a column."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    return frame[text].tolist(), frame[label].tolist() if label else [""] * len(frame)
