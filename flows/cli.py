"""Flows: the command line `atelier`. Each command imports its libraries when it is called, so that `--help` is fast."""

from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from flows.commands.alerts import alerts_command
from flows.commands.backup import backup_command, restore_backup_command
from flows.commands.deploy import deploy_command, serve_command
from flows.commands.feedback import feedback_command
from flows.commands.generate import generate_command
from flows.commands.home import doctor_command, relocate_command, where_command
from flows.commands.keys import keys_command
from flows.commands.lifecycle import evaluate_command, ingest_command, lifecycle_command, train_command
from flows.commands.models import check_command, models_command, new_command
from flows.commands.monitor import monitor_command
from flows.commands.pictures import check_records_command, rate_command, score_pictures_command
from flows.commands.predict import predict_command
from flows.commands.products import augment_command, export_products_command, generate_products_command
from flows.commands.promotion import promote_command, rollback_command
from flows.commands.reap import reap_command
from flows.commands.registry import (
    clean_command,
    compare_command,
    export_command,
    history_command,
    restore_command,
    status_command,
    verify_command,
)
from flows.commands.retraining import replay_decisions_command
from flows.console.log_file import name_log

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Train, evaluate and promote generative models. A model is a YAML file in deployments/models.",
)


def _print_version(asked: bool) -> None:
    if asked:
        from flows.version import version

        typer.echo(f"atelier {version()}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    name_log(context.invoked_subcommand or "")  # typer has run the callback of `--version` already


PANELS: Mapping[str, tuple[Callable[..., None], ...]] = {
    "Models": (models_command, check_command, new_command),
    "Lifecycle": (ingest_command, train_command, evaluate_command, promote_command, lifecycle_command),
    "Production": (
        *(status_command, monitor_command, compare_command, rollback_command),
        *(history_command, replay_decisions_command, verify_command, restore_command),
    ),
    "Versions": (generate_command, predict_command, feedback_command, export_command, clean_command),
    "Products": (generate_products_command, export_products_command, augment_command),
    "Service": (keys_command,),
    "Prefect": (deploy_command, serve_command, reap_command, alerts_command),
    "Home": (where_command, doctor_command, backup_command, restore_backup_command, relocate_command),
    "Pictures": (rate_command, score_pictures_command, check_records_command),
}

for _panel, _commands in PANELS.items():
    for _run in _commands:
        app.command(_run.__name__.removesuffix("_command").replace("_", "-"), rich_help_panel=_panel)(_run)
