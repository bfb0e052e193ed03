"""Registry: holds the lease of one piece of work while it runs, with the locks of its model and its device."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError

from components.core.errors import RegistryError, UnavailableError, UntriedError
from registry.lease_rows import Lease, State, Work
from registry.leases import BEAT_SECONDS, add, interrupt, lapsed, note, open_leases, release, renew
from registry.locking.lock import lock_device, lock_work
from registry.locking.records import LockedError

# Flows that change which versions a model has, their scores, or which is in production. One at a time for a model.
# A lifecycle takes both locks itself, once it has decided to work.
ALONE = frozenset({"ingest", "train", "evaluate", "promote"})
# Flows that load a model. `rollback` waits for nothing: it ends an emergency.
ON_DEVICE = frozenset({"train", "evaluate", "promote", "monitor", "generate"})
POLL_SECONDS = 5.0  # between two looks whether a lock is free, or a database back
PATIENCE_SECONDS = 90.0  # for a database that is being started again when a run begins

Waiting = Callable[[LockedError], None]
Take = Callable[[], AbstractContextManager[object]]


@contextmanager
def hold(work: Work, wait_for_model: bool, waits: Waiting, lost: Callable[[], None]) -> Iterator[Lease]:
    """Hold a lease inside the block, and renew it. If its process dies in there, `reap` finds it.

    Args:
        work: what the lease is for.
        wait_for_model: wait while another process works on the model; otherwise its LockedError is raised.
        waits: is called with an error that names the holder, each time that something is waited for.
        lost: is called, in another thread, if `reap` took this process for dead.

    Raises:
        LockedError: another process works on the model.
        UnavailableError: our database does not answer.
    """
    lease = _patiently(lambda: add(work, State.WAITING), PATIENCE_SECONDS if wait_for_model else 0.0)
    with renewed(lease, lost), ExitStack() as locks, _ended(lease):
        if work.flow in ALONE:
            _take(locks, lambda: _lock_model(lease), waits if wait_for_model else _refuse)
        if work.flow in ON_DEVICE:
            _take(locks, lambda: lock_device(work.model, work.flow), waits)
        note(lease, state=State.HELD)
        yield lease


@contextmanager
def device(model: str, flow: str, waits: Waiting) -> Iterator[None]:
    """Wait for a place on the device, and hold it inside the block."""
    with ExitStack() as locks:
        _take(locks, lambda: lock_device(model, flow), waits)
        yield


def _patiently(ask: Callable[[], Lease], seconds: float) -> Lease:
    """Ask a database that is away again, for some seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(RegistryError):
            return ask()
        time.sleep(POLL_SECONDS)
    return ask()


def _refuse(error: LockedError) -> None:
    raise error


def _take(locks: ExitStack, take: Take, waits: Waiting) -> None:
    while True:
        try:
            locks.enter_context(take())
            return
        except LockedError as error:
            waits(error)
        time.sleep(POLL_SECONDS)


@contextmanager
def _lock_model(lease: Lease) -> Iterator[None]:
    """Lock the model, and look for a living holder whose lock was lost, as if PostgreSQL was started again."""
    with lock_work(lease.work.model, lease.work.flow):
        if others := _living_holders(lease):
            found = f"{lease.work.model} is being worked on by {others[0].work.flow}, {others[0].process}"
            raise LockedError(found, act="wait until that process ends, then run the same command again")
        yield


def _living_holders(lease: Lease) -> list[Lease]:
    dead = {other.id for other in lapsed()}
    others = [other for other in open_leases(lease.work.model) if other.process != lease.process]
    return [
        other for other in others if other.state == State.HELD and other.work.flow in ALONE and other.id not in dead
    ]


@contextmanager
def renewed(lease: Lease, lost: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Renew the lease in a thread until the end, or until it is lost: then call `lost` there.

    The thread is not waited for at the end: it may be asking a database that is away.
    """
    ended = threading.Event()
    threading.Thread(target=_beat, args=(lease, ended, lost), daemon=True, name="lease").start()
    try:
        yield
    finally:
        ended.set()


def _beat(lease: Lease, ended: threading.Event, lost: Callable[[], None]) -> None:
    while not ended.wait(BEAT_SECONDS):
        if _is_lost(lease) and not ended.is_set():
            lost()
            return


def _is_lost(lease: Lease) -> bool:
    try:
        return not renew(lease)
    except RegistryError:
        return False  # the database is away: the next beat asks again


@contextmanager
def _ended(lease: Lease) -> Iterator[None]:
    """Give the lease back at the end; leave it to `reap` if the work was cut short and a deployment can repeat it."""
    try:
        yield
    except BaseException as error:
        with suppress(RegistryError):
            _give_up(lease, error)
        raise
    with suppress(RegistryError):  # the work is done; `reap` finds the row, and finds the work complete
        release(lease, finished=True)


def _give_up(lease: Lease, error: BaseException) -> None:
    cut_short = isinstance(error, UnavailableError | SQLAlchemyError) or not isinstance(error, Exception)
    if lease.work.deployment and cut_short and not isinstance(error, UntriedError):
        interrupt(lease, " ".join(str(error).split()) or type(error).__name__)
    else:
        release(lease, finished=False)
