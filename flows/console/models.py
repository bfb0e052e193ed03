"""Flows: what the terminal shows of models: their list, and what they need on this machine."""

from collections.abc import Mapping
from typing import Any

from flows.console.table import console, print_line, table

Found = Mapping[str, Any]


def show_models(found: Found) -> None:
    """Print a row a model, and a sentence for each YAML that cannot be read."""
    shown = table("Models", ("model", "recipe", "catalogue", "base", "Production", "schedule"))
    for model in found["models"]:
        shown.add_row(*_cells(model))
    console().print(shown)
    for model in found["models"]:
        if model["error"]:
            print_line(f"Error: {model['error']}")


def show_needs(found: Found) -> None:
    """Print a line a need, and below what to do about each that is missing."""
    shown = table(f"What {found['model']} needs on this machine", ("need", "name", "state"))
    for need in found["needs"]:
        shown.add_row(need["what"], need["name"], _state(need))
    console().print(shown)
    for need in found["needs"]:
        if not need["found"]:
            print_line(f"{need['name']} is optional: {need['sentence']}" if need["optional"] else need["sentence"])
    print_line(_verdict(found))


def show_new(found: Found) -> None:
    """Print which file was written, and the commands that come next."""
    print_line(f"{found['path']} was written. Read its prompts and comments, then:")
    for line in found["next"]:
        print_line(f"  {line}")
    print_line("To start it from Prefect's page too, add its deployments to prefect.yaml.")


def _cells(model: Found) -> list[str]:
    served = model["production"]
    return [
        model["model"],
        model["recipe"] or "",
        _found(model["catalogue"], with_place=True),
        _found(model["base_model"]),
        f"{served['version']} (step {served['step']})" if served else "none",
        model["schedule"] or "none",
    ]


def _found(need: Found | None, with_place: bool = False) -> str:
    """Return whether a need is there; with `with_place` also where a missing one is expected."""
    if need is None:
        return ""
    if need["found"]:
        return "found"
    return f"missing:\n{need['name']}" if with_place else "missing"


def _state(need: Found) -> str:
    if need["found"]:
        return "found"
    return "missing, optional" if need["optional"] else "missing"


def _verdict(found: Found) -> str:
    missing = sum(not need["found"] and not need["optional"] for need in found["needs"])
    if missing:
        return f"Missing: {missing} of {len(found['needs'])}. {found['model']} cannot go through its lifecycle yet."
    return f"{found['model']} has everything that it needs."
