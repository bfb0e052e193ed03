"""Flows: the commands `promote` and `rollback`, which move the alias Production."""

from dataclasses import asdict
from time import perf_counter
from typing import Annotated

import typer

from flows.commands.common import (
    NOTHING_PROMOTED,
    Debug,
    Json,
    Model,
    Set,
    SnapshotName,
    add_status,
    command,
    print_result,
    run_flow,
)


def promote_command(  # noqa: PLR0913  each is an option of the command line
    model: Model,
    snapshot: SnapshotName = "latest",
    version: Annotated[str | None, typer.Option(help="Decide on this version only: a number, or Challenger.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Print the decisions and change nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overrule the policy; the smoke test must pass.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="Approve, where the YAML requires approval.")] = False,
    reason: Annotated[str, typer.Option(help="Why it is forced or approved. The ledger keeps it permanently.")] = "",
    set_: Set = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Move the alias Production to the best version, if it passes the gates. Exit code 3: nothing was promoted."""
    with command(debug, model, set_):
        from flows.promotion.request import PromotionRequest
        from registry.search import find_version

        request = PromotionRequest(
            int(find_version(model, version).version) if version is not None else None, force, approve, reason
        )

        from flows.console.status import show_decisions
        from flows.promote import promote  # imports Prefect, which takes seconds: wrong requests fail before
        from registry.production import ledger_end

        made = run_flow(promote, model, snapshot, dry_run, set_, request.version, force, approve, reason)
        decisions = [asdict(decision) for decision in made]
        found = {"model": model, "dry_run": dry_run, "decisions": decisions, "ledger": ledger_end(model)}
        print_result(found, show_decisions, as_json)
    if not any(d["verdict"] == "PROMOTE" for d in decisions):
        raise typer.Exit(NOTHING_PROMOTED)


def rollback_command(
    model: Model,
    reason: Annotated[str, typer.Option(help="Why. The ledger keeps it permanently.")],
    to: Annotated[str | None, typer.Option(help="A version; by default the one in production before.")] = None,
    smoke: Annotated[
        bool, typer.Option("--smoke/--no-smoke", help="Run the smoke test first, or skip it in an emergency.")
    ] = True,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Move the alias Production back to an earlier version."""
    with command(debug, model) as config:
        from flows.console.status import show_rollback
        from flows.rollback import rollback
        from registry.search import find_version

        began = perf_counter()
        run_flow(rollback, model, int(find_version(model, to).version) if to is not None else None, reason, smoke)
        print_result(add_status(config, {"seconds": round(perf_counter() - began, 1)}), show_rollback, as_json)
