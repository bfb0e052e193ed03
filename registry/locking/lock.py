"""Registry: locks across processes, which are free as soon as their holder dies.

They do not expire. A lock that expires can be taken from a process that was only suspended, or after a change of the
clock; the kernel and the PostgreSQL server free a lock only when its process or session ends.
"""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from datetime import datetime

from sqlalchemy import Engine

from components.core.errors import RegistryError
from registry.database import engine
from registry.home_rights import require_writable_home
from registry.locking.file_lock import file_lock, lock_file
from registry.locking.postgresql_lock import advisory_lock
from registry.locking.records import HeldLock, LockedError, LockRequest
from registry.settings import settings

SMOKE_SECONDS = 900.0  # time limit of a smoke test: Stable Diffusion 1.5 generates for minutes on a CPU
PRODUCTION_LOCK_SECONDS = SMOKE_SECONDS + 60  # another command's smoke test, and its steps around it

# A SQLite database is on one host, so a file next to it will do; PostgreSQL has its own locks for all hosts.
KINDS: Mapping[str, Callable[[Engine, LockRequest], AbstractContextManager[HeldLock]]] = {
    "sqlite": file_lock,
    "postgresql": advisory_lock,
}


@contextmanager
def lock(database_url: str, name: str, timeout: float = 90, holder: str = "", doing: str = "") -> Iterator[HeldLock]:
    """Hold the lock `name` inside the block. Of all processes with the same database, one at most holds it.

    Args:
        database_url: the database that the processes share.
        name: of the lock.
        timeout: seconds to wait for it.
        holder: name of the holder for the errors of others; by default this process.
        doing: what the holder does, for the errors of others, such as `starter is being trained`.

    Raises:
        RegistryError: another process, which the message names, held it until the timeout; or the database does not
            answer.
    """
    opened = engine(database_url)
    kind = KINDS.get(opened.dialect.name)
    if kind is None:
        raise RegistryError(f"ATELIER_DATABASE_URL is a {opened.dialect.name} database", expected=" or ".join(KINDS))
    with kind(opened, LockRequest(name, timeout, holder or this_process(), doing)) as held:
        yield held


def this_process() -> str:
    """Return the name of this process for the errors of others. PostgreSQL cuts it after 63 characters."""
    return f"process {os.getpid()} since {datetime.now():%Y-%m-%d %H:%M:%S} on {socket.gethostname()}"


def lock_production(model: str, timeout: float = PRODUCTION_LOCK_SECONDS) -> AbstractContextManager[HeldLock]:
    """Hold the lock for changes of the alias Production, its ledger and the versions with an alias."""
    return lock(settings().database_url, f"production-{model}", timeout)


def lease_training(model: str, training: str) -> AbstractContextManager[HeldLock]:
    """Hold the lease of one training: a second process that trains the same is refused at once, and told who trains."""
    doing = f"{model} is being trained with these settings"
    return lock(settings().database_url, f"train-{model}-{training}", timeout=0, doing=doing)


def lock_retraining(model: str) -> AbstractContextManager[HeldLock]:
    """Hold the lock for decisions on the retraining of a model, which take turns: each takes a second."""
    return lock(settings().database_url, f"retraining-{model}")


def lock_work(model: str, flow: str) -> AbstractContextManager[HeldLock]:
    """Hold the lock for work on a model; a second process is refused at once, and told who works on it."""
    holder = f"{flow}, {this_process()}"
    return lock(settings().database_url, f"work-{model}", timeout=0, holder=holder, doing=f"{model} is being worked on")


@contextmanager
def lock_device(model: str, flow: str) -> Iterator[None]:
    """Hold one of the places on this machine's device (ATELIER_DEVICE_RUNS); refused at once if all are taken.

    The devices that CUDA_VISIBLE_DEVICES names are one; so two workers with a card each do not wait for each other.
    """
    with ExitStack() as held:
        _take_place(held, f"{flow} of {model}, {this_process()}")
        yield


def _take_place(held: ExitStack, holder: str) -> None:
    device = f"{socket.gethostname()}-{os.environ.get('CUDA_VISIBLE_DEVICES', '')}"
    places, doing = settings().device_runs, "The device of this machine is used"
    for place in range(places):
        with suppress(LockedError) if place + 1 < places else nullcontext():
            name = f"device-{device}-{place}"
            held.enter_context(lock(settings().database_url, name, timeout=0, holder=holder, doing=doing))
            return


def lease_servers(where: str) -> AbstractContextManager[HeldLock]:
    """Hold the lease of a home's servers: a second process is refused at once, and told who runs them, and `where`."""
    require_writable_home()
    home = settings().home
    home.mkdir(parents=True, exist_ok=True)
    holder = f"{this_process()}, {where}"
    return lock_file(home / "servers.lock", LockRequest("servers", 0, holder, f"The servers of {home} are run"))
