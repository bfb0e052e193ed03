"""Flows: prints the ledger, its check, and what `restore`, `export` and `clean` did."""

from collections.abc import Mapping
from typing import Any

from flows.console.retraining import benefit_text, retraining_line, when
from flows.console.table import console, print_line, table

Result = Mapping[str, Any]


def show_history(found: Result) -> None:
    """Print the ledger's entries, the last decisions on retraining, and whether the chain of hashes is whole."""
    headings = ("entry\nhash", "when (UTC)\nby", "action\nversion", "verdict\nrule", "reason")
    shown = table(f"Ledger of {found['model']}", headings)
    shown.show_lines = True
    for entry in found["entries"]:
        shown.add_row(*_entry_cells(entry))
    if found["entries"]:
        console().print(shown)
    for row in found["retrainings"]:
        print_line(retraining_line(row))
    print_line(_wholeness(found))


def show_check(found: Result) -> None:
    """Print a line for each finding, or what was checked if nothing was found."""
    for remark in found["remarks"]:
        before = "Not checked" if remark["part"] == "snapshot" else "Under way"
        print_line(remark["said"] if remark["alarm"] else f"{before}: {remark['said']}")
    if found["whole"]:
        versions, snapshots = (", ".join(map(str, found[name])) or "none" for name in ("versions", "snapshots"))
        files = f"the files of versions with an alias ({versions}) and their snapshots ({snapshots})"
        print_line(f"{_ledger(found)}; its file, the alias, {files} agree.")
        for number, folder in zip(found["versions"], found["folders"], strict=True):
            print_line(f"Files of version {number}: {folder}")


def show_restoration(found: Result) -> None:
    """Print the entry that `restore` added, or that the ledger is whole."""
    entry = found["entry"]
    if entry is None:
        print_line(f"The ledger of {found['model']} is whole: nothing was done.")
    else:
        print_line(f"Entry {entry['entry']} of {found['model']}: {entry['move']['reason']}")


def show_export(found: Result) -> None:
    """Print the files that were written."""
    print_line(f"Version {found['version']} of {found['model']} for {found['format']}:")
    for file in found["files"]:
        print_line(file)


def show_cleaning(found: Result) -> None:
    """Print which versions were archived and where, and which were skipped because they are damaged."""
    versions = ", ".join(map(str, found["versions"])) or "none"
    done = "would be archived" if found["dry_run"] else "were archived"
    print_line(f"Versions that {done} in {found['archive']}: {versions} ({found['bytes'] / 1e6:,.1f} MB).")
    if found["damaged"]:
        damaged = ", ".join(map(str, found["damaged"]))
        print_line(f"Skipped, because their files are not what was registered: {damaged}.")


def _entry_cells(entry: Result) -> list[str]:
    move = entry["move"]
    return [
        f"{entry['entry']}\n{str(entry['hash'])[:8]}",
        f"{when(entry['time'])}\n{str(move['by'])[:16]}",
        f"{move['action']}\n{_version(move['from_version'])} → {_version(move['to_version'])}",
        f"{move['verdict']}\n{move['rule']}",
        move["reason"] + (f"\n{benefit_text(entry['benefit'])}" if entry["benefit"] else ""),
    ]


def _version(number: int | None) -> str:
    return "none" if number is None else str(number)


def _wholeness(found: Result) -> str:
    if found["findings"]:
        first = found["findings"][0].removesuffix(".")
        return f"The chain is NOT whole. {first}: `python -m flows verify {found['model']}` shows details."
    entries = found["entries"]
    head = f", the last has hash {entries[-1]['hash']}" if entries else ""
    return f"The chain is whole: {_entries(len(entries))}{head}."


def _ledger(found: Result) -> str:
    if not found["entries"]:
        return f"The ledger of {found['model']} is empty"
    return f"The ledger of {found['model']} is whole: {_entries(found['entries'])}, the last has hash {found['head']}"


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"
