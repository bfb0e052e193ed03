"""Registry: a request for a lock, and a lock that is held."""

from collections.abc import Callable
from dataclasses import dataclass

from components.core.errors import RegistryError, UnavailableError


class LockedError(RegistryError):
    """Another process holds the lock; `holder` names it."""

    holder = ""


@dataclass(frozen=True, slots=True)
class LockRequest:
    """A request of `holder` for a lock, which waits `timeout` seconds."""

    name: str
    timeout: float
    holder: str
    doing: str = ""  # what a holder does, for the errors of others: a sentence that `by ...` completes

    def timeout_error(self, other: str) -> LockedError:
        """Return the error of a request that `other` kept waiting for too long."""
        waited = f", waited {self.timeout:.0f} s" if self.timeout else ""
        holder = other or "another process"
        error = LockedError(
            f"{self.doing or f'The lock {self.name!r} is held'} by {holder}{waited}",
            act="wait until that process ends, then run the same command again",
        )
        error.holder = holder
        return error

    def error(self, message: str) -> UnavailableError:
        """Return the error of a lock whose folder or database does not answer, with its message."""
        return UnavailableError(
            f"The lock {self.name!r} cannot be taken ({' '.join(message.split())[:200]})",
            act="check the database of ATELIER_DATABASE_URL and its folder, then run the same command again",
        )


@dataclass(frozen=True, slots=True)
class HeldLock:
    """A held lock. It can be lost (the server restarts, the file is deleted): call `require` before a final write."""

    name: str
    is_held: Callable[[], bool]

    def require(self) -> None:
        """Raise UnavailableError if the lock was lost."""
        if not self.is_held():
            raise UnavailableError(
                f"The lock {self.name!r} was lost while it was held", act="run the same command again"
            )
