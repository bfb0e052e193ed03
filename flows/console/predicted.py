"""Flows: prints what became of a table that a version answered."""

from collections.abc import Mapping
from typing import Any

from flows.console.table import print_line


def show_predicted(found: Mapping[str, Any]) -> None:
    read = ", ".join(f"{name} {value}" for name, value in found["read_as"].items())
    unread = f" {found['unreadable']} of them cannot be read." if found["unreadable"] else ""
    which = f"Version {found['version']} of {found['model']}"
    print_line(f"{which} answered {found['rows']} rows ({read}): {found['file']}.{unread}")
