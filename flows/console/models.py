"""Flows: prints the list of models, what a model needs on this machine, and a new model's file."""

from collections.abc import Mapping
from typing import Any

from components.core.records import checkpoint_title
from flows.console.table import console, print_line, table

Result = Mapping[str, Any]


def show_models(found: Result) -> None:
    """Print a row for each model, and an error for each YAML that cannot be read."""
    shown = table("Models", ("model", "recipe", "catalogue", "base", "Production", "schedule"))
    for model in found["models"]:
        shown.add_row(*_cells(model))
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
