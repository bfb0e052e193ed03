"""Registry: what a dead process left: its MLflow runs, which it can end no more, and the sentence that says so."""

import shlex
from datetime import datetime

from mlflow.entities import Run

from registry import tags as tag
from registry.client import connect, translate_errors
from registry.lease_rows import Lease, State, find
from registry.leases import lapsed, open_leases
from registry.tables import LEASES
from registry.tag_values import truncate

MOST_RESTARTS = 3  # in a row, each of work that lived for less than an hour


@translate_errors()
def end_runs(lease: Lease, why: str) -> list[str]:
    """End the lease's running MLflow runs as FAILED, with the reason in the tag `error`; return their ids."""
    client = connect()
    ended = [run.info.run_id for run in _running(lease)]
    for run_id in ended:
        client.set_tag(run_id, tag.ERROR, truncate(why))
        client.set_terminated(run_id, "FAILED")
    return ended


def died(lease: Lease) -> str:
    """Return a sentence: what died, and when it was seen last."""
    seen = f"{datetime.fromtimestamp(lease.renewed):%Y-%m-%d %H:%M:%S}"
    if lease.error:
        return f"{str(lease.work).capitalize()} was cut short at {seen} ({lease.error.rstrip('.')})."
    return f"{str(lease.work).capitalize()} died with {lease.process}, last seen at {seen}."


def by_hand(lease: Lease) -> str:
    """Return the sentence that says how a person continues this work."""
    return f"To continue from what is finished, run `{lease.work.command or command_of(lease.work.flow, lease)}`."


def command_of(flow: str, lease: Lease) -> str:
    """Return the command that does what a run of a deployment did.

    >>> from registry.lease_rows import Work
    >>> from registry.processes import this_process
    >>> work = Work("fruit", "train", "1", "2", "", {"overrides": ["train.steps=9"], "snapshot": "ab"})
    >>> command_of("train", Lease("l", work, this_process(), 0.0, 0.0))
    'atelier train fruit --snapshot ab --set train.steps=9'
    """
    parameters = lease.work.parameters
    options = [[f"--{name}", str(parameters[name])] for name in ("catalogue", "snapshot") if parameters.get(name)]
    options += [["--set", str(change)] for change in parameters.get("overrides") or ()]
    return shlex.join(["atelier", flow, lease.work.model, *(word for option in options for word in option)])


def dead_sentences(model: str) -> list[str]:
    """Return a sentence for each work on a model that died, and that was not finished since; the newest first.

    That includes work of this machine that no `reap` has seen yet.
    """
    fresh = [lease for lease in lapsed() if lease.work.model == model and lease.process.is_of_this_machine]
    reaped = [lease.error for lease in find(LEASES.c.model == model, LEASES.c.state == State.DEAD)]
    return [*(f"{died(lease)} {_next(lease)}" for lease in fresh), *reaped]


def working_sentences(model: str) -> list[str]:
    """Return a sentence for each work on a model that a living process does, or waits to do."""
    dead = {lease.id for lease in lapsed()}
    return [_works(lease) for lease in open_leases(model) if lease.id not in dead]


def _works(lease: Lease) -> str:
    since = f"{datetime.fromtimestamp(lease.started):%Y-%m-%d %H:%M:%S}"
    does = "is at work" if lease.state == State.HELD else "waits for its turn"
    return f"{lease.work.flow.capitalize()} {does} since {since}, {lease.process}."


def _next(lease: Lease) -> str:
    return "`make worker` or `atelier reap` starts it again." if lease.work.deployment else by_hand(lease)


@translate_errors()
def has_trained(lease: Lease) -> bool:
    """Tell whether the work got as far as its training."""
    return any(run.data.tags.get(tag.FLOW) == "train" for run in _runs(lease))


def _running(lease: Lease) -> list[Run]:
    """Return the running runs that name the lease, and those of the checkpoints that are nested under them."""
    found = _runs(lease)
    nested = [
        child for run in found for child in _search(lease.work.model, tag.tag_filter(tag.PARENT, run.info.run_id))
    ]
    return [run for run in [*nested, *found] if run.info.status == "RUNNING"]


def _runs(lease: Lease) -> list[Run]:
    return _search(lease.work.model, tag.tag_filter(tag.LEASE, lease.id))


def _search(model: str, query: str) -> list[Run]:
    experiment = connect().get_experiment_by_name(model)
    return list(connect().search_runs([experiment.experiment_id], query)) if experiment else []
