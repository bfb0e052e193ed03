"""Registry: leases: who works on which model, with what, and which of these processes died.

A lock (registry/locking) keeps two processes apart, and is free as soon as its holder dies; but a free lock does not
say what the holder was doing. A lease does. It is a row that a flow adds when it begins, renews while it works, and
deletes when it ends. A row whose process died stays, and `reap` (flows/reap.py) finds it.

A process of this machine is dead if it does not run. One of another machine is dead if its lease was not renewed for
EXPIRY_SECONDS, and is not renewed in the SECOND_LOOK_SECONDS after that: so neither a wrong clock nor a database that
was stopped makes a living process a dead one.

    SUBMITTED    a worker starts a process for it           WAITING      the process waits for the model or the device
    HELD         the process works                          INTERRUPTED  it was cut short; the work is to go on
    CLAIMED      a `reap` is at it                          DEAD         `reap` is done; `error` says what it did
    RESUMED      it was DEAD, and the same work finished later
"""

import time
from dataclasses import replace
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, insert, update

from registry.lease_rows import OPEN, Lease, State, Work, change, find, row_of
from registry.processes import ProcessName
from registry.processes import this_process as this_process_name
from registry.tables import LEASES

BEAT_SECONDS = 10.0  # between two renewals
EXPIRY_SECONDS = 60.0  # without a renewal, for a process of another machine
SECOND_LOOK_SECONDS = 25.0  # two beats, and the time in which a database that is away is asked for
CLAIM_SECONDS = 60.0  # after which another `reap` takes over from one that died
PROGRESS_SECONDS = 3600.0  # work that lived so long made progress: its restarts are counted from 0 again


def add(work: Work, state: State, process: ProcessName | None = None) -> Lease:
    """Add a lease of this process.

    One that a worker holds for the same flow run, or that an earlier attempt of that run left, passes to this process.
    """
    now = time.time()
    lease = Lease(uuid4().hex, work, process or this_process_name(), now, now, _restarts_before(work), state)
    of_this_run = (LEASES.c.flow_run == work.flow_run, LEASES.c.state.in_([State.SUBMITTED, State.INTERRUPTED]))
    handed = find(*of_this_run) if work.flow_run else []
    if handed:
        lease = replace(lease, id=handed[0].id)
        change(update(LEASES).where(LEASES.c.id == lease.id).values(**row_of(lease)))
    else:
        change(insert(LEASES).values(**row_of(lease)))
    return lease


def renew(lease: Lease) -> bool:
    """Write that the holder lives; return False if it holds the lease no more."""
    return change(update(LEASES).where(*_mine(lease)).values(renewed=time.time())) == 1


def note(lease: Lease, **values: str) -> None:
    """Change the state or the MLflow run of a lease."""
    change(update(LEASES).where(LEASES.c.id == lease.id).values(**values))


def release(lease: Lease, finished: bool) -> None:
    """Delete a lease of this process. If its work finished, what died of the same work before is no concern."""
    change(delete(LEASES).where(*_mine(lease)))
    if finished:
        dead = [LEASES.c.model == lease.work.model, LEASES.c.state == State.DEAD]
        same = [] if lease.work.flow == "lifecycle" else [LEASES.c.flow == lease.work.flow]
        change(update(LEASES).where(*dead, *same).values(state=State.RESUMED))


def interrupt(lease: Lease, error: str) -> None:
    """Leave the lease to `reap`, which starts the work again as soon as this process has ended."""
    change(update(LEASES).where(*_mine(lease)).values(state=State.INTERRUPTED, error=error))


def abandon(lease: Lease, error: str) -> None:
    """Leave the lease of a process that was started and has ended to `reap`, although this process goes on."""
    change(update(LEASES).where(*_mine(lease)).values(state=State.INTERRUPTED, error=error, born=0.0))


def claim(lease: Lease) -> bool:
    """Take a dead lease for the `reap` that calls this. Of all that try, one gets True."""
    unchanged = (LEASES.c.id == lease.id, LEASES.c.state == lease.state, LEASES.c.renewed == lease.renewed)
    return change(update(LEASES).where(*unchanged).values(state=State.CLAIMED, renewed=time.time())) == 1


def open_leases(model: str = "") -> list[Lease]:
    """Return the leases whose work goes on, of one model or of all."""
    return find(LEASES.c.state.in_(OPEN), *([LEASES.c.model == model] if model else []))


def lapsed(now: float | None = None) -> list[Lease]:
    """Return the leases that `reap` has to look after. Those of other machines may be alive: see `still_lapsed`."""
    at = time.time() if now is None else now
    return [lease for lease in find(LEASES.c.state.in_([*OPEN, State.INTERRUPTED, State.CLAIMED])) if _is(lease, at)]


def still_lapsed(lease: Lease) -> bool:
    """Look a second time at a lease of another machine, after two beats; answer at once for others."""
    if lease.state not in OPEN or lease.process.is_of_this_machine:
        return True
    time.sleep(SECOND_LOOK_SECONDS)
    return bool(find(LEASES.c.id == lease.id, LEASES.c.renewed == lease.renewed, LEASES.c.state == lease.state))


def restarts_of(lease: Lease) -> int:
    """Return how often in a row this work was started again, before now."""
    return 0 if lease.renewed - lease.started >= PROGRESS_SECONDS else lease.restarts


def _mine(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    process = (LEASES.c.pid == lease.process.pid, LEASES.c.machine == lease.process.machine)
    return (LEASES.c.id == lease.id, LEASES.c.state.in_(OPEN), *process)


def _is(lease: Lease, now: float) -> bool:
    if lease.state == State.CLAIMED:
        return now - lease.renewed > CLAIM_SECONDS
    if lease.process.is_of_this_machine:
        return not lease.process.runs
    return now - lease.renewed > EXPIRY_SECONDS


def _restarts_before(work: Work) -> int:
    before = find(LEASES.c.successor == work.flow_run) if work.flow_run else []
    return 1 + restarts_of(before[0]) if before else 0
