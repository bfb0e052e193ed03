"""Flows: prints what `doctor` found, and what `relocate`, `backup` and `restore-backup` did."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from components.core.plain_text import printable
from flows.console.table import console, print_line, table

Result = Mapping[str, Any]


def show_examination(found: Result) -> None:
    """Print a line for each thing that was looked at, with what to do about it; in a terminal as a table."""
    screen, shown = console(), table("", ["", "part", "found", "what to do"])
    for line in found["lines"]:
        shown.add_row(line["state"], line["part"], printable(line["found"]), printable(line["act"]))
        if not screen.is_terminal:
            print_line(f"{line['state']:<8} {line['part']}: {line['said']}")
    if screen.is_terminal:
        screen.print(shown)
    problems = len(found["complaints"])
    if problems:
        print_line(f"{problems} of {len(found['lines'])} lines are problems of {found['home']} or this machine.")
    else:
        print_line(f"Nothing is wrong with {found['home']}. `verify MODEL` checks the contents of a model's files.")


def show_relocation(found: Result) -> None:
    """Print what was changed, and which base models were not found."""
    print_line(found["sentence"] or f"All paths of {found['home']} are right: nothing was changed.")
    for place in found["lost"]:
        print_line(f"The base model in {place} is missing, and no model's YAML names one with the same digest.")


def show_backup(found: Result) -> None:
    """Print where the backup is, how large, of which models, and what it lacks."""
    size = f"{found['files']:,} files, {found['bytes'] / 1e6:,.1f} MB"
    linked = f", {found['linked'] / 1e6:,.1f} MB of them links to the earlier backup" if found["linked"] else ""
    print_line(f"The home {found['from']} was backed up in {found['folder']}: {size}{linked}.")
    _show_ledgers(found)
    print_line(f"`python -m flows restore-backup {found['folder']}` restores it.")


def show_checked_backup(found: Result) -> None:
    """Print that every file of a backup is whole."""
    print_line(f"The backup in {found['folder']} is whole: {found['files']:,} files of {found['from']}, {_day(found)}.")
    _show_ledgers(found)


def show_restored(found: Result) -> None:
    """Print what was restored, where the earlier content is, and what is wrong with a model."""
    files = f"{found['files']:,} files, all as in its manifest"
    print_line(f"The backup of {_day(found)} was restored to {found['home']}: {files}.")
    if found["aside"]:
        print_line(f"What was in that home before is in {found['aside']}: delete it when you do not need it any more.")
    if found["paths"]:
        print_line(found["paths"])
    for place in found["lost"]:
        print_line(
            f"The base model in {place} is not on this machine: `python -m flows check MODEL` says how to get it."
        )
    for check in found["checks"]:
        entries = f"{check['entries']} entries in the ledger, versions with an alias {list(check['versions'])}"
        print_line(f"{check['model']}: {entries}, {'whole' if check['whole'] else 'not whole'}.")
        for remark in check["remarks"]:
            print_line(f"{check['model']}, {remark['part']}: {remark['said']}")
    for sentence in found["not_covered"]:
        print_line(sentence)


def _show_ledgers(found: Result) -> None:
    for model, end in found["models"].items():
        head = f", the last one with hash {end['head'][:12]}" if end["head"] else ""
        print_line(f"{model}: {end['entries']} entries in the ledger{head}.")
    for sentence in found["not_covered"]:
        print_line(sentence)


def _day(found: Result) -> str:
    return f"{datetime.fromtimestamp(found['time']):%Y-%m-%d %H:%M:%S}"
