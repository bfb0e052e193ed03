"""Flows: finds the work of dead processes, ends its runs in Prefect and MLflow, and starts it again."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import FlowRun

from flows.console.progress import log_line
from flows.dead_flow_runs import TO_REPEAT, end_flow_runs, repeat
from registry.dead_runs import MOST_RESTARTS, by_hand, died, end_runs
from registry.lease_rows import Lease, State
from registry.leases import claim, lapsed, note, restarts_of, still_lapsed

Found = dict[str, Any]


@flow(
    name="reap",
    flow_run_name="reap",
    description="Finds runs whose process died. They become Crashed in Prefect and FAILED in MLflow, and the same work "
    "starts again and continues from its last checkpoint. Two at once do not disturb each other.",
)
def reap() -> dict[str, Any]:
    """Return what died, and what became of it."""
    return {"dead": [found for lease in lapsed() if (found := reap_one(lease))]}


def reap_one(lease: Lease) -> Found | None:
    """End the runs of a dead lease and repeat its work; None if it lives, or another `reap` is at it.

    Raises:
        Exception: Prefect or MLflow does not answer. The lease is as it was, for the next `reap`.
    """
    if not still_lapsed(lease) or not claim(lease):
        return None
    try:
        return _reap(lease)
    except BaseException:
        note(lease, state=lease.state)
        raise


def _reap(lease: Lease) -> Found:
    why = died(lease)
    ended = end_flow_runs(lease, why)
    successor, next_step = _next_step(lease, ended)
    sentence = f"{why} {next_step}"
    runs = end_runs(lease, sentence)
    state = State.RESUMED if successor is None and _is_finished(ended) else State.DEAD
    note(lease, state=state, error=sentence, successor=str(successor.id) if successor else "")
    log_line(sentence)
    work = {"model": lease.work.model, "flow": lease.work.flow, "flow_run": lease.work.flow_run}
    return {**work, "sentence": sentence, "mlflow_runs": runs, "restarted_as": str(successor.id) if successor else None}


def _next_step(lease: Lease, ended: FlowRun | None) -> tuple[FlowRun | None, str]:
    """Return the run that repeats the work, if one does, and the sentence on what comes next."""
    if not lease.work.deployment:
        return None, by_hand(lease)
    if ended is None:
        return None, f"This Prefect server does not know its run. {by_hand(lease)}"
    if ended.state is None or ended.state.type not in TO_REPEAT:
        return None, f"Its run is {ended.state_name}, so it is not started again."
    if restarts_of(lease) >= MOST_RESTARTS:
        times = f"{MOST_RESTARTS + 1} times in a row, each within an hour"
        return (
            None,
            f"It ended so {times}, so it is not started again: read the log of {ended.name!r}. {by_hand(lease)}",
        )
    successor = repeat(lease, ended)
    if successor is None:
        return None, f"Its deployment does not exist any more. {by_hand(lease)}"
    note(lease, successor=str(successor.id))
    return successor, f"The same work starts again as {successor.name!r} and continues from what is finished."


def _is_finished(ended: FlowRun | None) -> bool:
    return ended is not None and ended.state is not None and ended.state.is_completed()
