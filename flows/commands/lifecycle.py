"""Flows: the commands of the round: ingest, train, evaluate, or all of it at once."""

from flows.commands.common import (
    Catalogue,
    Debug,
    Json,
    Model,
    Set,
    SnapshotName,
    catalogue_folder,
    command,
    show,
    with_status,
)


def ingest(
    model: Model, catalogue: Catalogue = None, set_: Set = None, as_json: Json = False, debug: Debug = False
) -> None:
    """Turn a catalogue into a snapshot: every row is kept, repaired or quarantined, and split 70/15/15 by content."""
    with command(debug, model, set_):
        from flows.console.status import show_account
        from flows.ingest import ingest as run

        account = run(model, catalogue_folder(catalogue), set_)
        show(account, show_account, as_json)


def train(
    model: Model,
    snapshot: SnapshotName = "latest",
    set_: Set = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Train on a snapshot and register every checkpoint as a version; an interrupted training goes on."""
    with command(debug, model, set_) as config:
        from flows.console.status import show_versions
        from flows.train import train as run

        show(with_status(config, {"trained": run(model, snapshot, set_)}), show_versions, as_json)


def evaluate(
    model: Model,
    snapshot: SnapshotName = "latest",
    set_: Set = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Score every checkpoint and the bare base model on the same prompts and seeds."""
    with command(debug, model, set_) as config:
        from flows.console.status import show_versions
        from flows.evaluate import evaluate as run

        run(model, snapshot, set_)
        show(with_status(config, {}), show_versions, as_json)


def lifecycle(
    model: Model, catalogue: Catalogue = None, set_: Set = None, as_json: Json = False, debug: Debug = False
) -> None:
    """Go the whole round: ingest, train, evaluate, promote. What stands already is found, not done again."""
    with command(debug, model, set_) as config:
        from flows.already_done import is_complete
        from flows.console.status import show_round
        from registry.settings import settings

        folder = catalogue_folder(catalogue)
        complete = is_complete(model, folder, set_ or [])
        if not complete:
            from flows.lifecycle import lifecycle as run

            run(model, folder, set_)
        left = {"grid": settings().reports / model / "grid.png", "report": settings().reports / model / "report.html"}
        found = {name: str(path) if path.is_file() else None for name, path in left.items()}
        show(with_status(config, {"complete": complete, **found}), show_round, as_json)
