"""Registry: the ledger file: a copy of the ledger in JSON lines, for people, programs and `restore`."""

import json
from pathlib import Path

from components.core.errors import RegistryError, UnavailableError
from components.core.files import write_text
from registry.ledger import store
from registry.ledger.entries import Row
from registry.ledger.verify import chain_findings
from registry.settings import settings
from registry.tables import MOVES


def to_jsonl(model: str) -> str:
    """Return the model's entries as JSON lines, oldest first."""
    return "".join(f"{json.dumps(row, sort_keys=True)}\n" for row in store.rows(model))


def ledger_file(model: str) -> Path:
    return settings().home / "ledger" / f"{model}.jsonl"


def write_file(model: str) -> Path:
    """Write the file again from the database, atomically; return its path.

    Raises:
        RegistryError: the ledger in the database was altered, and the file may be the only good copy; or the disk is
            full.
    """
    broken = next(chain_findings(store.rows(model)), None)
    if broken:
        raise RegistryError(
            f"The ledger of {model} in the database was altered, so its file is not overwritten. "
            f"{str(broken).removesuffix('.')}",
            act=f"`python -m flows restore {model} --reason ...` restores it",
        )
    file = ledger_file(model)
    try:
        write_text(file, to_jsonl(model))
    except OSError as error:
        raise UnavailableError(
            f"The ledger file {file} cannot be written ({error.strerror or error})",
            act="check its folder and disk, then run the same command again",
        ) from None
    return file


def read_file(model: str) -> list[Row]:
    """Return the entries of the file; empty if it does not exist, or is not in the format of `write_file`."""
    try:
        lines = ledger_file(model).read_text(encoding="utf-8").splitlines()
        found = [json.loads(line) for line in lines]
    except (OSError, ValueError):
        return []
    columns = {column.name for column in MOVES.columns}
    return found if all(_is_row(row, columns) and row["model"] == model for row in found) else []


def check_file(model: str) -> str | None:
    """Return a sentence if the file differs from the database, else None.

    Machines that share a database have a file each, which ends with the last move from that machine: no difference.
    """
    file, wanted = ledger_file(model), to_jsonl(model).splitlines(keepends=True)
    lines = file.read_bytes().decode("utf-8", "replace").splitlines(keepends=True) if file.is_file() else []
    if lines == wanted[: len(lines)] and not settings().database_url.startswith("sqlite"):
        return None
    if not file.is_file():
        return _sentence(file, "is not there", len(wanted)) if wanted else None
    pairs = enumerate(zip(lines, wanted, strict=False), start=1)
    different = next((number for number, (line, right) in pairs if line != right), None)
    if different:
        difference = "is cut in half" if wanted[different - 1].startswith(lines[different - 1]) else "differs"
        return _sentence(file, f"{difference} at line {different}", len(wanted))
    return _sentence(file, f"has {len(lines)} lines", len(wanted)) if len(lines) != len(wanted) else None


def _is_row(row: object, columns: set[str]) -> bool:
    return (
        isinstance(row, dict)
        and row.keys() == columns
        and all(value is None or isinstance(value, str | int | float) for value in row.values())
    )


def _sentence(file: Path, what: str, entries: int) -> str:
    return (
        f"The ledger file {file} {what}, expected the {entries} entries of the database: "
        "the next promote or rollback writes it anew, if the ledger in the database is unaltered."
    )
