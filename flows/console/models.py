"""Flows: prints the list of models, what a model needs on this machine, and a new model's file."""

from collections.abc import Iterable, Mapping
from textwrap import wrap
from typing import Any

from rich.table import Table

from components.core.records import checkpoint_title
from flows.console.table import console, print_line, table, width_of

Result = Mapping[str, Any]

WIDTHS = (15, 14, 9, 7, 17, 9)  # columns of a terminal that is too narrow for whole names: 80 with the gaps


def show_models(found: Result) -> None:
    """Print a row for each model, and an error for each YAML that cannot be read."""
    rows = [_cells(model) for model in found["models"]]
    shown = _table(rows)
    if width_of(shown) > console().width:
        shown = _table([map(_at_hyphens, row, WIDTHS) for row in rows])
    console().print(shown)
    for model in found["models"]:
        if model["error"]:
            print_line(f"Error: {model['error']}")


def show_needs(found: Result) -> None:
    """Print a row for each need, and below what to do about each missing one."""
    shown = table(f"What {found['model']} needs on this machine", ("need", "name", "state"))
    for need in found["needs"]:
        shown.add_row(need["what"], need["name"], _state(need))
    console().print(shown)
    for need in found["needs"]:
        if not need["found"]:
            print_line(f"{need['name']} is optional: {need['sentence']}" if need["optional"] else need["sentence"])
    print_line(_verdict(found))


def show_new(found: Result) -> None:
    """Print the file that was written and the next commands."""
    print_line(f"{found['path']} was written. Check its prompts and comments, then run:")
    for line in found["next"]:
        print_line(f"  {line}")
    print_line("`make deploy` puts it on Prefect's page, with its schedule.")


def _table(rows: Iterable[Iterable[str]]) -> Table:
    made = table("Models", ("model", "recipe", "catalogue", "base", "Production", "schedule"))
    for row in rows:
        made.add_row(*row)
    return made


def _at_hyphens(cell: str, width: int) -> str:
    """Return the cell in lines of at most `width` that end at a space or a hyphen, never inside a word."""
    return "\n".join(part for line in cell.splitlines() for part in wrap(line, width))


def _cells(model: Result) -> list[str]:
    served = model["production"]
    return [
        model["model"],
        model["recipe"] or "",
        _found(model["catalogue"], with_place=True),
        _found(model["base_model"]),
        f"{served['version']} ({checkpoint_title(served['step'], served['name'])})" if served else "none",
        "\n".join(run["flow"] for run in (model["schedule"] or {}).get("runs", ())) or "none",
    ]


def _found(need: Result | None, with_place: bool = False) -> str:
    """Return `found` or `missing`; with `with_place` also where a missing one is expected."""
    if need is None:
        return ""
    if need["found"]:
        return "found"
    return f"missing:\n{need['name']}" if with_place else "missing"


def _state(need: Result) -> str:
    if need["found"]:
        return "found"
    return "missing, optional" if need["optional"] else "missing"


def _verdict(found: Result) -> str:
    missing = sum(not need["found"] and not need["optional"] for need in found["needs"])
    if missing:
        return f"Missing: {missing} of {len(found['needs'])}. {found['model']} cannot go through its lifecycle yet."
    return f"{found['model']} has everything that it needs."
