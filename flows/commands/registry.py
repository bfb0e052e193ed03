"""Flows: the commands on registered versions and the ledger: `status`, `compare`, `history`, `verify` and others."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import ALTERED, Debug, Json, Model, add_status, command, print_result

KeptHash = Annotated[str, typer.Option(help="Hash of an entry that you noted elsewhere; the ledger must have it.")]
VersionName = Annotated[str, typer.Argument(help="A version: its number, Production or Challenger.")]

NEWEST = 5  # decisions on retraining that `history` shows; `replay-decisions` shows all


def status_command(model: Model, as_json: Json = False, debug: Debug = False) -> None:
    """Show the versions of a model, their scores, and the version in production."""
    with command(debug, model) as config:
        from flows.console.status import show_versions

        print_result(add_status(config, {}), show_versions, as_json)


def compare_command(
    model: Model,
    a: VersionName,
    b: Annotated[str, typer.Argument(help="The version to compare it with.")],
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Compare two versions: every score, the difference with its interval, the probability that the first is better."""
    with command(debug, model) as config:
        from flows.console.comparison import show_comparison
        from registry.compare import compare as run

        print_result(run(config, a, b), show_comparison, as_json)


def history_command(model: Model, as_json: Json = False, debug: Debug = False) -> None:
    """Show the ledger: each move and refusal, when, by whom, why, and what it brought; and the last retrainings."""
    with command(debug, model):
        from flows.console.ledger import show_history
        from flows.console.retraining import retraining_json
        from registry.benefits import benefit_in, benefits
        from registry.ledger.store import history as entries_of
        from registry.ledger.verify import verify as findings_of
        from registry.retrainings import retrainings

        known = benefits(model)
        entries = [{**asdict(entry), "benefit": benefit_in(known, entry)} for entry in entries_of(model)]
        findings = [str(finding) for finding in findings_of(model) if finding.alarm]
        asked = [retraining_json(kept) for kept in retrainings(model, NEWEST)]
        found = {"model": model, "entries": entries, "whole": not findings, "findings": findings, "retrainings": asked}
        print_result(found, show_history, as_json)


def verify_command(model: Model, kept: KeptHash = "", as_json: Json = False, debug: Debug = False) -> None:
    """Check ledger, alias, and files and snapshots of versions with an alias. Exit code 4: something was altered."""
    with command(debug, model):
        from flows.console.ledger import show_check
        from registry.verify_model import check

        found = check(model, kept)
        print_result({**asdict(found), "whole": found.whole}, show_check, as_json)
    if not found.whole:
        raise typer.Exit(ALTERED)


def restore_command(
    model: Model,
    reason: Annotated[str, typer.Option(help="Why. The ledger keeps it permanently.")],
    kept: KeptHash = "",
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Restore an altered ledger from its intact copy: the database or the .jsonl file. Adds an entry that says so."""
    with command(debug, model):
        from flows.console.ledger import show_restoration
        from flows.promotion.request import current_user
        from registry.ledger.restore import restore as run

        entry = run(model, reason, kept, current_user())
        print_result({"model": model, "entry": asdict(entry) if entry else None}, show_restoration, as_json)


def export_command(
    model: Model,
    file_format: Annotated[
        str, typer.Option("--format", help="A format that the recipe offers; a wrong name lists them.")
    ],
    to: Annotated[Path, typer.Option(help="A new folder; it must not exist.")],
    version: Annotated[str | None, typer.Option(help="Number or alias; by default the version in production.")] = None,
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
        print_result(found, show_export, as_json)


def clean_command(
    model: Model,
    keep: Annotated[int, typer.Option(help="How many of the newest versions to keep, at least 1.")],
    dry_run: Annotated[bool, typer.Option(help="Print what would be archived, and change nothing.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Archive old versions as tar files and delete them from MLflow. Exit code 4: damaged versions were skipped."""
    with command(debug, model):
        from flows.console.ledger import show_cleaning
        from registry.archive import archive_folder
        from registry.clean import clean as run

        done = run(model, keep, dry_run)
        print_result({**asdict(done), "archive": str(archive_folder(model))}, show_cleaning, as_json)
    if done.damaged:
        raise typer.Exit(ALTERED)
