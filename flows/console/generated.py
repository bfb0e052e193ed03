"""Flows: prints what a version generated."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.core.records import checkpoint_title
from flows.console.table import print_line

BASE = "base"


def show_generated(found: Mapping[str, Any]) -> None:
    """Print which version generated, and each file."""
    base = found["version"] == BASE
    own = "" if base else checkpoint_title(found["step"], found.get("name", ""))
    which = "The base model" if base else f"Version {found['version']} ({own})"
    names = [Path(file).name for file in found["files"]]
    done = "generated these already" if found["complete"] else "generated"
    print_line(f"{which} of {found['model']} {done}: {', '.join(names)}, in {found['folder']}")
