"""Flows: the commands `models`, `check` and `new`, about the YAML files of models."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from components.core.errors import AtelierError
from components.core.recipe import Need
from flows.commands.common import FAILED, Catalogue, Debug, Json, Model, catalogue_folder, exit_on_error, print_result

Row = dict[str, Any]


def models_command(as_json: Json = False, debug: Debug = False) -> None:
    """List the models: recipe, catalogue and base model found or missing, version in production, schedule."""
    with exit_on_error(debug):
        from components.recipes import model_names
        from flows.console.models import show_models
        from registry.settings import settings

        folder = settings().models
        print_result({"models": [_row(folder, name) for name in model_names(folder)]}, show_models, as_json)


def check_command(model: Model, catalogue: Catalogue = None, as_json: Json = False, debug: Debug = False) -> None:
    """Check that catalogue, base model and extractors are on this machine. Exit code 1: something is missing."""
    with exit_on_error(debug):
        from components.recipes import get_recipe, read_config
        from flows.console.models import show_needs
        from registry.settings import settings

        config, named = read_config(settings().models, model), catalogue_folder(catalogue)
        needs = get_recipe(config.recipe).needs(config, Path(named) if named else None)
        missing = [need for need in needs if not need.found and not need.optional]
        found = {"model": model, "complete": not missing, "needs": [asdict(need) for need in needs]}
        print_result(found, show_needs, as_json)
    if missing:
        raise typer.Exit(FAILED)


def new_command(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The new model's name: letters, digits, - and _.")],
    like: Annotated[str, typer.Option(help="The model whose YAML is copied, with its comments.")],
    where: Annotated[
        list[str],
        typer.Option(help="Rows of the catalogue that the new model uses, e.g. articleType=Tshirts. May be repeated."),
    ],
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write the YAML of a new model: a copy of another model's on other rows of the catalogue."""
    with exit_on_error(debug):
        from components.recipes.new_model import parse_where, write_model
        from flows.console.models import show_new
        from registry.settings import settings

        path = write_model(settings().models, name, like, parse_where(where))
        program = context.find_root().info_name
        steps = [f"{program} check {name}", f"{program} lifecycle {name}"]
        print_result({"model": name, "path": str(path), "next": steps}, show_new, as_json)


def _row(folder: Path, name: str) -> Row:
    """Return one row of the list of models. Where the YAML cannot be read, `error` says why."""
    from components.recipes import get_recipe, read_config
    from registry.schedules import schedule_status

    unknown = {"model": name, "recipe": None, "catalogue": None, "base_model": None, "schedule": None}
    served = {"production": _production(name)}
    try:
        config = read_config(folder, name)
        needs = get_recipe(config.recipe).needs(config, None)
    except AtelierError as error:
        return {**unknown, **served, "error": str(error)}
    known = {"recipe": config.recipe, "catalogue": _need(needs, "catalogue"), "base_model": _need(needs, "base model")}
    return {**unknown, **known, **served, "schedule": schedule_status(config, datetime.now(UTC)), "error": None}


def _need(needs: Sequence[Need], what: str) -> Row | None:
    return next((asdict(need) for need in needs if need.what == what), None)


def _production(model: str) -> Row | None:
    """Return the version in production. Looking it up creates no database where nothing was registered yet."""
    from registry.settings import settings, tracking_uri

    if tracking_uri().endswith(str(settings().mlflow_database)) and not settings().mlflow_database.exists():
        return None
    from registry.aliases import production
    from registry.search import name_of_checkpoint, step_of

    version = production(model)
    if version is None:
        return None
    return {"version": int(version.version), "step": step_of(version), "name": name_of_checkpoint(version)}
