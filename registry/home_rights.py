"""Registry: checks at the start of a command that its user may write to the home."""

import os
from pathlib import Path

from components.core.errors import RegistryError
from registry.settings import settings

WRITTEN = (  # what commands write to, as far as it exists already
    "",
    *("artifacts", "atelier.db", "atelier.db.locks", "caches", "catalogues", "checkpoints", "ledger", "logs"),
    *("metrics", "mlflow.db", "prefect", "prefect/prefect.db", "reports", "snapshots"),
)


def require_writable_home() -> None:
    """Raise RegistryError unless this user may write to the home, or may make it where it does not exist yet."""
    home = settings().home
    for path in (home / name for name in WRITTEN):
        refused = _refused(path)
        if refused:
            raise RegistryError(
                f"{refused} cannot be written to: it belongs to {_owner(refused)}, or its disk is read-only",
                expected="a home of your own",
                act="set ATELIER_HOME to another folder, or correct the rights of this one",
            )


def _refused(path: Path) -> Path | None:
    """Return the path, or the folder in which it would be made, if this user may not write to it."""
    while not os.path.lexists(path) and path != path.parent:
        path = path.parent
    needed = os.W_OK | os.X_OK if path.is_dir() else os.W_OK
    return None if os.access(path, needed) else path


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except (KeyError, OSError):
        return "another user"
