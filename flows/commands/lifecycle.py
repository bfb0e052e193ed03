"""Flows: the commands `ingest`, `train`, `evaluate` and `lifecycle`."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import (
    Catalogue,
    Debug,
    Json,
    Model,
    Set,
    SnapshotName,
    add_status,
    catalogue_folder,
    command,
    print_result,
    run_flow,
)

if TYPE_CHECKING:
    from components.core.config import ModelConfig


def ingest_command(
    model: Model, catalogue: Catalogue = None, set_: Set = None, as_json: Json = False, debug: Debug = False
) -> None:
    """Turn a catalogue into a snapshot. Every row is kept, repaired or quarantined, with a reason."""
    with command(debug, model, set_):
        from flows.console.status import show_ingestion
        from flows.ingest import ingest

        account = run_flow(ingest, model, catalogue_folder(catalogue), set_)
        print_result(account, show_ingestion, as_json)


def train_command(
    model: Model,
    snapshot: SnapshotName = "latest",
    set_: Set = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Train on a snapshot and register every checkpoint as a version. An interrupted training is resumed."""
    with command(debug, model, set_) as config:
        from flows.console.status import show_versions
        from flows.train import train

        print_result(add_status(config, {"trained": run_flow(train, model, snapshot, set_)}), show_versions, as_json)


def evaluate_command(
    model: Model,
    snapshot: SnapshotName = "latest",
    set_: Set = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Score every checkpoint and the base model on the same examples, and write a report."""
    with command(debug, model, set_) as config:
        from flows.console.status import show_versions
        from flows.evaluate import evaluate

        run_flow(evaluate, model, snapshot, set_)
        print_result(add_status(config, {}), show_versions, as_json)


def lifecycle_command(  # noqa: PLR0913  each is an option of the command line
    model: Model,
    catalogue: Catalogue = None,
    set_: Set = None,
    reason: Annotated[
        str, typer.Option(help="Who asks, if no person does: schedule or drift. The YAML's section `retrain` decides.")
    ] = "",
    report: Annotated[str, typer.Option(help="With --reason drift: the MLflow run of the monitor that found it.")] = "",
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Ingest, train, evaluate and promote. Finished steps are reused."""
    with command(debug, model, set_) as config:
        from flows.already_done import is_complete
        from flows.console.status import show_lifecycle
        from flows.needs import require_needs
        from flows.retraining_request import RetrainingRequest
        from flows.temporary_server import start_server
        from registry.settings import settings

        RetrainingRequest(reason, report)  # a wrong request fails before Prefect starts
        folder = catalogue_folder(catalogue)
        if not settings().snapshots(model).is_dir():  # nothing is complete yet
            require_needs(config, folder)
            start_server()  # takes some 10 s: it starts while the catalogue is read
        complete = not reason and is_complete(model, folder, set_ or [])
        if not complete:
            from flows.lifecycle import lifecycle

            _import_libraries(config)
            run_flow(lifecycle, model, folder, set_, reason, report)
        left = {"grid": settings().reports / model / "grid.png", "report": settings().reports / model / "report.html"}
        found = {name: str(path) if path.is_file() else None for name, path in left.items()}
        print_result(add_status(config, {"complete": complete, **found}), show_lifecycle, as_json)


def _import_libraries(config: "ModelConfig") -> None:
    """Import what training and evaluation need: it takes seconds, in which Prefect's temporary server starts."""
    from components.core.lazy import resolved
    from components.recipes import get_recipe

    recipe = get_recipe(config.recipe)
    for function in (recipe.make_examples, recipe.train, recipe.evaluate):
        resolved(function)
