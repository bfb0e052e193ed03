"""Registry: locks that hold across processes, and that are free again as soon as their holder dies.

Neither kind knows an expiry or a clock. A lease that expires can be taken from a holder that only slept, or whose clock
was set; what the kernel or the server holds for a process goes with the process, and with nothing else.
"""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Engine

from components.core.errors import RegistryError
from registry.database import engine
from registry.locking.file_lock import file_lock
from registry.locking.postgresql_lock import advisory_lock
from registry.locking.records import HeldLock, LockRequest
from registry.settings import settings

SMOKE_SECONDS = 900.0  # the longest that a smoke test may take: Stable Diffusion 1.5 draws for minutes on a CPU
PATIENCE = SMOKE_SECONDS + 60  # to wait for somebody's smoke test, and for what comes before and after it

# SQLite is one host's: a file beside the database. PostgreSQL is everybody's: a lock of the server.
KINDS: Mapping[str, Callable[[Engine, LockRequest], AbstractContextManager[HeldLock]]] = {
    "sqlite": file_lock,
    "postgresql": advisory_lock,
}


@contextmanager
def lock(database_url: str, name: str, timeout: float = 90, holder: str = "") -> Iterator[HeldLock]:
    """Hold the lock `name` inside the block; of all who look at the same database, at most one does.

    Args:
        database_url: where all who compete look.
        name: what is locked.
        timeout: seconds to wait for it.
        holder: who holds it, for the others' error; by default this process.

    Raises:
        RegistryError: somebody else kept it, and is named; or the database does not answer.
    """
    opened = engine(database_url)
    kind = KINDS.get(opened.dialect.name)
    if kind is None:
        raise RegistryError(f"ATELIER_DATABASE_URL is a {opened.dialect.name} database, expected {' or '.join(KINDS)}.")
    who = holder or f"process {os.getpid()} on {socket.gethostname()}"
    with kind(opened, LockRequest(name, timeout, who)) as held:
        yield held


def lock_production(model: str, timeout: float = PATIENCE) -> AbstractContextManager[HeldLock]:
    """Hold the lock under which the alias Production, its ledger and what bears it may change."""
    return lock(settings().database_url, f"production-{model}", timeout)
