"""Flows: prints which corrections were kept."""

from collections.abc import Mapping
from typing import Any

from flows.console.table import print_line


def show_feedback(found: Mapping[str, Any]) -> None:
    """Print how many corrections are new, and the command that uses them."""
    known = found["read"] - found["added"]
    there = f" {known:,} of the {found['read']:,} were kept already." if known else ""
    print_line(f"{found['added']:,} corrections by {found['by']} are kept for {found['model']}.{there}")
    print_line(f"It has {found['kept']:,} in all. `python -m flows lifecycle {found['model']}` uses them.")
