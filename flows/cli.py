"""Flows: the command line. Nothing heavy is imported before a command is chosen."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from time import perf_counter
from typing import Annotated

import typer

from flows.commands.common import NOTHING_PROMOTED, Debug, Json, Model, Set, SnapshotName
from flows.commands.common import command as _command
from flows.commands.common import show as _show
from flows.commands.common import with_status as _with_status
from flows.commands.pictures import check_records, rate, score_pictures
from flows.commands.registry import clean, compare, export, history, restore, status, verify
from flows.commands.round import evaluate, ingest, lifecycle, train

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Keep models alive: ingest, train, evaluate, promote. A model is a YAML file in deployments/models.",
)


def promote(  # noqa: PLR0913  each is a word of the command line
    model: Model,
    snapshot: SnapshotName = "latest",
    version: Annotated[str | None, typer.Option(help="Decide on this one alone: a number, or Challenger.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Say what would be done, and do nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Promote --version against the policy, not untried.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="A person approves, where the YAML asks for it.")] = False,
    reason: Annotated[str, typer.Option(help="Why it is forced or approved; it is kept for ever.")] = "",
    set_: Set = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Move the alias Production to the best version, if it deserves it. Exit code 3: nothing was promoted."""
    with _command(debug, model, set_):
        from flows.orders import Order
        from registry.named import find_version

        order = Order(
            int(find_version(model, version).version) if version is not None else None, force, approve, reason
        )

        from flows.promote import promote as run  # starts Prefect, which a wrong order need not wait for
        from flows.show import show_decisions
        from registry.moves import end_of_ledger

        said = run(model, snapshot, dry_run, set_, order.version, force, approve, reason)
        decisions = [asdict(decision) for decision in said]
        found = {"model": model, "dry_run": dry_run, "decisions": decisions, "ledger": end_of_ledger(model)}
        _show(found, show_decisions, as_json)
    if not any(d["verdict"] == "PROMOTE" for d in decisions):
        raise typer.Exit(NOTHING_PROMOTED)


def rollback(
    model: Model,
    reason: Annotated[str, typer.Option(help="Why; it is kept for ever.")],
    to: Annotated[str | None, typer.Option(help="A version; by default the one that was in production before.")] = None,
    smoke: Annotated[bool, typer.Option("--smoke/--no-smoke", help="Try it first; without, only in need.")] = True,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Put the alias Production back where it was."""
    with _command(debug, model):
        from flows.rollback import rollback as run
        from flows.show import show_rollback
        from registry.named import find_version

        began = perf_counter()
        run(model, int(find_version(model, to).version) if to is not None else None, reason, smoke)
        _show(_with_status(model, {"seconds": round(perf_counter() - began, 1)}), show_rollback, as_json)


PANELS: Mapping[str, tuple[Callable[..., None], ...]] = {
    "The round": (ingest, train, evaluate, promote, lifecycle),
    "Production": (status, compare, rollback, history, verify, restore),
    "Versions": (export, clean),
    "Pictures": (rate, score_pictures, check_records),
}

for _panel, _commands in PANELS.items():
    for _run in _commands:
        app.command(rich_help_panel=_panel)(_run)
