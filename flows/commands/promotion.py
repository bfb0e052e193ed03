"""Flows: the commands that move the alias Production: promote, roll back."""

from dataclasses import asdict
from time import perf_counter
from typing import Annotated

import typer

from flows.commands.common import NOTHING_PROMOTED, Debug, Json, Model, Set, SnapshotName, command, show, with_status


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
    with command(debug, model, set_):
        from flows.promotion.request import PromotionRequest
        from registry.search import find_version

        request = PromotionRequest(
            int(find_version(model, version).version) if version is not None else None, force, approve, reason
        )

        from flows.console.status import show_decisions
        from flows.promote import promote as run  # starts Prefect, which a wrong order need not wait for
        from registry.production import ledger_end

        said = run(model, snapshot, dry_run, set_, request.version, force, approve, reason)
        decisions = [asdict(decision) for decision in said]
        found = {"model": model, "dry_run": dry_run, "decisions": decisions, "ledger": ledger_end(model)}
        show(found, show_decisions, as_json)
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
    with command(debug, model) as config:
        from flows.console.status import show_rollback
        from flows.rollback import rollback as run
        from registry.search import find_version

        began = perf_counter()
        run(model, int(find_version(model, to).version) if to is not None else None, reason, smoke)
        show(with_status(config, {"seconds": round(perf_counter() - began, 1)}), show_rollback, as_json)
