"""Flows: prints the keys of the service, and what was used with them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import typer

from flows.console.table import console, print_line, table


def show_created(found: Mapping[str, Any]) -> None:
    """Print a new key alone on standard output, so that it can be piped, and the advice on standard error."""
    typer.echo(f"The key of {found['name']} is printed this once; send it as `Authorization: Bearer KEY`.", err=True)
    typer.echo(found["key"])


def show_revoked(found: Mapping[str, Any]) -> None:
    print_line(f"The key of {found['name']} is not valid any more.")


def show_keys(found: Mapping[str, Any]) -> None:
    if not found["keys"]:
        print_line("There is no key yet: `python -m flows keys --create NAME` makes one.")
        return
    shown = table("Keys of the service", ("name", "made", "outputs a month", "requests a minute", "state"))
    for key in found["keys"]:
        state = f"revoked {_day(key['revoked'])}" if key["revoked"] else "valid"
        shown.add_row(key["name"], _day(key["created"]), str(key["quota"] or "any"), str(key["rate"] or "any"), state)
    console().print(shown)


def show_usage(found: Mapping[str, Any]) -> None:
    if not found["rows"]:
        print_line(f"Nothing was used in {found['month']}.")
        return
    headings = ("month", "key", "model", "requests", "outputs", "seconds", f"price, {found['currency']}")
    shown = table("Usage of the service", headings)
    for row in found["rows"]:
        counted = (row["requests"], row["outputs"], f"{row['seconds']:.1f}", f"{row['cost']:.2f}")
        shown.add_row(row["month"], row["name"], row["model"], *map(str, counted))
    console().print(shown)
    print_line(f"Total: {found['total']:.2f} {found['currency']}.")


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).date().isoformat()
