"""Flows: the command `replay-decisions`, which makes kept decisions on retraining again."""

from typing import TYPE_CHECKING, Any

import typer

from flows.commands.common import ALTERED, Debug, Json, Model, command, print_result

if TYPE_CHECKING:
    from registry.replayed_decisions import Replayed


def replay_decisions_command(model: Model, as_json: Json = False, debug: Debug = False) -> None:
    """Make every decision on retraining again, from the inputs that were kept. Exit code 4: an answer differs."""
    with command(debug, model):
        from flows.console.retraining import show_replay
        from registry.replayed_decisions import replay_decisions

        decisions = [_row(replayed) for replayed in replay_decisions(model)]
        same = all(row["same"] for row in decisions)
        print_result({"model": model, "decisions": decisions, "same": same}, show_replay, as_json)
    if not same:
        raise typer.Exit(ALTERED)


def _row(replayed: "Replayed") -> dict[str, Any]:
    from flows.console.retraining import retraining_json

    again = replayed.again
    answer = {"action": str(again.action), "rule": again.rule, "sentence": again.sentence} if again else None
    return {**retraining_json(replayed.kept), "again": answer, "same": replayed.same, "problem": replayed.problem}
