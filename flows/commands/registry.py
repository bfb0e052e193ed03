"""Flows: the commands that ask the registry: what stands, what happened, is it whole, which version is better."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import NOT_WHOLE, Debug, Json, Model, command, show, with_status

Kept = Annotated[str, typer.Option(help="The hash of an entry that you kept elsewhere: it must be there.")]
Named = Annotated[str, typer.Argument(help="A version: its number, or Production or Challenger.")]


def status(model: Model, as_json: Json = False, debug: Debug = False) -> None:
    """Show the versions of a model, their scores, and which one is in production."""
    with command(debug, model) as config:
        from flows.console.status import show_versions

        show(with_status(config, {}), show_versions, as_json)


def compare(
    model: Model,
    a: Named,
    b: Annotated[str, typer.Argument(help="The version to hold it against.")],
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Put two versions side by side: every score, the difference with its interval, and how sure it is."""
    with command(debug, model) as config:
        from flows.console.comparison import show_comparison
        from registry.compare import compare as run

        show(run(config, a, b), show_comparison, as_json)


def history(model: Model, as_json: Json = False, debug: Debug = False) -> None:
    """Show every move of Production and every refusal, oldest first: when, who, why; and whether the chain is whole."""
    with command(debug, model):
        from flows.console.ledger import show_history
        from registry.ledger.store import history as entries_of
        from registry.ledger.verify import verify as findings_of

        entries = [asdict(entry) for entry in entries_of(model)]
        findings = [str(finding) for finding in findings_of(model) if finding.alarm]
        found = {"model": model, "entries": entries, "whole": not findings, "findings": findings}
        show(found, show_history, as_json)


def verify(model: Model, kept: Kept = "", as_json: Json = False, debug: Debug = False) -> None:
    """Check the ledger, its file, the alias and the files of versions with an alias. Exit code 4: not whole."""
    with command(debug, model):
        from flows.console.ledger import show_check
        from registry.verify_model import check

        found = check(model, kept)
        show({**asdict(found), "whole": found.whole}, show_check, as_json)
    if not found.whole:
        raise typer.Exit(NOT_WHOLE)


def restore(
    model: Model,
    reason: Annotated[str, typer.Option(help="Why; it is kept for ever.")],
    kept: Kept = "",
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Put an altered ledger back, from the database or its file: whichever is whole. It says so itself then."""
    with command(debug, model):
        from flows.console.ledger import show_restoration
        from flows.promotion.request import person
        from registry.ledger.restore import restore as run

        entry = run(model, reason, kept, person())
        show({"model": model, "entry": asdict(entry) if entry else None}, show_restoration, as_json)


def export(
    model: Model,
    file_format: Annotated[
        str, typer.Option("--format", help="A format that the kind of model offers; a wrong one names them.")
    ],
    to: Annotated[Path, typer.Option(help="A folder that is not there yet.")],
    version: Annotated[str | None, typer.Option(help="Its number or alias; by default what is in production.")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write a version into a new folder, in a format that other programs read."""
    with command(debug, model) as config:
        from components.recipes import get_recipe
        from flows.console.ledger import show_export
        from registry.export import export as run
        from registry.search import find_version

        chosen = find_version(model, version)
        formats = get_recipe(config.recipe).exports
        files = [str(file) for file in run(chosen, to.expanduser().absolute(), file_format, formats)]
        found = {"model": model, "version": int(chosen.version), "format": file_format, "files": files}
        show(found, show_export, as_json)


def clean(
    model: Model,
    keep: Annotated[int, typer.Option(help="How many of the newest versions stay, at least 1.")],
    dry_run: Annotated[bool, typer.Option(help="Say what would be done, and do nothing.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Archive old versions as tar files and delete them from MLflow. Exit code 4: some are damaged, and stay."""
    with command(debug, model):
        from flows.console.ledger import show_cleaning
        from registry.archive import archive_folder
        from registry.clean import clean as run

        done = run(model, keep, dry_run)
        show({**asdict(done), "archive": str(archive_folder(model))}, show_cleaning, as_json)
    if done.damaged:
        raise typer.Exit(NOT_WHOLE)
