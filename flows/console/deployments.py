"""Flows: prints what `deploy` changed on Prefect's server, and what `serve` serves."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flows.console.table import console, print_line, table

Result = Mapping[str, Any]
QUIET = ("unchanged", "served")


def show_deployed(found: Result) -> None:
    """Print a row for each change, the counts, and which models run nothing by themselves."""
    changes = [change for change in found["changes"] if change["done"] not in QUIET]
    if changes:
        shown = table("Changes (dry run)" if found["dry_run"] else "Changes", ("what", "name", "change", "detail"))
        for change in changes:
            shown.add_row(change["kind"], change["name"], change["done"], change["detail"])
        console().print(shown)
    if found["prefect_yaml"]:
        print_line("prefect.yaml was out of date and is written again.")
    if found["changes"]:
        print_line(f"On Prefect's server: {_counted(found)}.")
    if any(change["done"] == "gone" for change in changes):
        print_line("Nothing here asks for what is gone: `python -m flows deploy --prune` deletes it.")
    _show_unscheduled(found)


def show_served(found: Result) -> None:
    """Print what is served, and how to end it."""
    names: dict[str, list[str]] = {}
    for change in found["changes"]:
        if change["done"] == "served":
            flow, _, model = change["name"].partition("/")
            names.setdefault(model, []).append(flow)
    shown = table("Served from this process", ("model", "flows"))
    for model, flows in names.items():
        shown.add_row(model, ", ".join(flows))
    console().print(shown)
    _show_unscheduled(found)
    print_line("Start them from Prefect's page (`make ui` prints its address). Ctrl-C ends this process.")


def _show_unscheduled(found: Result) -> None:
    for sentence in found["unscheduled"]:
        print_line(f"Without a schedule: {sentence}")


def _counted(found: Result) -> str:
    """Return the counts of all changes.

    >>> _counted({"changes": [{"kind": "deployment", "done": "created"}, {"kind": "deployment", "done": "unchanged"}]})
    '2 deployments (1 created, 1 unchanged)'
    """
    kinds = dict.fromkeys(change["kind"] for change in found["changes"])
    parts = []
    for kind in kinds:
        counts = Counter(change["done"] for change in found["changes"] if change["kind"] == kind)
        total = sum(counts.values())
        each = ", ".join(f"{count} {done}" for done, count in counts.items())
        parts.append(f"{total} {kind}{'s' if total > 1 else ''} ({each})")
    return ", ".join(parts)
