"""Flows: prints what `doctor` found and what `relocate` did."""

from collections.abc import Mapping
from typing import Any

from flows.console.table import print_line

Result = Mapping[str, Any]


def show_examination(found: Result) -> None:
    """Print a line for each complaint, or that there is none."""
    for complaint in found["complaints"]:
        print_line(f"{complaint['part']}: {complaint['said']}")
    if not found["complaints"]:
        print_line(f"Nothing is wrong with {found['home']}. `verify MODEL` checks the contents of a model's files.")


def show_relocation(found: Result) -> None:
    """Print what was changed, and which base models were not found."""
    print_line(found["sentence"] or f"All paths of {found['home']} are right: nothing was changed.")
    for place in found["lost"]:
        print_line(f"The base model in {place} is missing, and no model's YAML names one with the same digest.")
