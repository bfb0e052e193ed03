"""Registry: a lock that somebody wants, and a lock in hand."""

from collections.abc import Callable
from dataclasses import dataclass

from components.core.errors import RegistryError


@dataclass(frozen=True, slots=True)
class LockRequest:
    """A lock that `holder` wants, and waits `timeout` seconds for."""

    name: str
    timeout: float
    holder: str

    def timeout_error(self, other: str) -> RegistryError:
        """Return the error of who waited too long."""
        return RegistryError(
            f"{self.name!r} is in the hands of {other or 'somebody who has just let go'}, waited {self.timeout:.0f} s "
            "for it: wait until that work has ended, then run the same command again."
        )


@dataclass(frozen=True, slots=True)
class HeldLock:
    """A lock in hand. It can still be lost (the server restarts, the file is deleted): ask right before what counts."""

    name: str
    still: Callable[[], bool]

    def require(self) -> None:
        """Raise RegistryError if the lock was lost."""
        if not self.still():
            raise RegistryError(f"The lock {self.name!r} was lost while it was held: run the same command again.")
