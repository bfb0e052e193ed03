"""Registry: copies the databases of a home as they are at one moment, while other processes write to them."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from registry.backup_manifest import BackupError, LedgerEnd
from registry.home_paths import has_own_database
from registry.settings import settings
from registry.sqlite_files import copy_database, damage, lock_writers, reading

OURS, PREFECT, MLFLOW = "atelier.db", "prefect/prefect.db", "mlflow.db"
DATABASES = (OURS, PREFECT, MLFLOW)  # the last one is locked for the shortest time: MLflow's writers wait for 5 s only

MODELS = "SELECT name FROM registered_models"
ENDS = "SELECT model, entry, hash FROM moves ORDER BY entry"
ELSEWHERE = "{} is not in this home: back it up too, with `pg_dump` if it is PostgreSQL, while no command runs."


def copy_databases(home: Path, target: Path, meanwhile: Callable[[], None]) -> Sequence[str]:
    """Copy the databases of a home into `target`; return their names.

    All of them are locked against writers before the first one is copied, so the copies are of one moment. A move of
    Production that is under way then has its intent in the copy, and the next command finishes it, as after a crash.
    Readers are not hindered; writers wait for as long as the copying takes.

    Args:
        home: the folder of all state.
        target: the folder that gets the copies, under the same names.
        meanwhile: is called while no process can write to a database.

    Raises:
        BackupError: a database is damaged, or another process wrote to it for a minute.
    """
    present = [name for name in DATABASES if (home / name).is_file()]
    try:
        _copy_at_once(home, target, present, meanwhile)
    except sqlite3.Error as error:
        raise BackupError(
            f"The databases of {home} cannot be copied ({error})",
            act="`python -m flows doctor` says which one is damaged; if none is, run the same command again",
        ) from None
    for name in present:
        _require_sound(home / name, target / name)
    return present


def _copy_at_once(home: Path, target: Path, names: Sequence[str], meanwhile: Callable[[], None]) -> None:
    with ExitStack() as locks:
        held = {name: locks.enter_context(lock_writers(home / name)) for name in names}
        meanwhile()
        for name in reversed(names):
            copy_database(home / name, target / name)
            held[name].rollback()


def ledger_ends(copies: Path) -> dict[str, LedgerEnd]:
    """Return the end of the ledger of each registered model, from copies of the databases."""
    ends = {str(model): LedgerEnd(0, "") for (model,) in _rows(copies / MLFLOW, MODELS)}
    for model, entry, head in _rows(copies / OURS, ENDS):
        ends[str(model)] = LedgerEnd(int(entry), str(head))
    return ends


def not_covered() -> tuple[str, ...]:
    """Return a sentence for each database that is not a file of this home, which a backup of the home lacks."""
    found = {
        "MLflow's database (MLFLOW_TRACKING_URI)": has_own_database(),
        "The database of the ledger and the ratings (ATELIER_DATABASE_URL)": has_own_ledger(),
    }
    return tuple(ELSEWHERE.format(what) for what, is_here in found.items() if not is_here)


def has_own_ledger() -> bool:
    """Tell whether our database is the one in this home."""
    kind, _, path = settings().database_url.partition(":///")
    return kind == "sqlite" and Path(path).absolute() == settings().home / OURS


def _require_sound(database: Path, copy: Path) -> None:
    found = damage(copy)
    if found:
        act = "restore it from an earlier backup (docs/runbook.md)"
        raise BackupError(f"{database} is damaged ({found}), so nothing was backed up", act=act)


def _rows(database: Path, query: str) -> list[tuple[str, ...]]:
    """Return the rows of a query; none if there is no such database, or it has no such table yet."""
    if not database.is_file():
        return []
    try:
        with reading(database) as opened:
            return list(opened.execute(query))
    except sqlite3.OperationalError:
        return []
