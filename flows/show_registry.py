"""Flows: what the command line prints of the registry's memory: the ledger, its check, two versions side by side."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from components.core.differences import UNPAIRED
from flows.terminal import console, say, table

Found = Mapping[str, Any]


def show_history(found: Found) -> None:
    """Print the ledger, two lines of facts beside each reason, and whether its chain is whole."""
    headings = ("entry\nhash", "when (UTC)\nby", "action\nversion", "verdict\nrule", "reason")
    shown = table(f"Ledger of {found['model']}", headings)
    shown.show_lines = True
    for entry in found["entries"]:
        shown.add_row(*_entry_cells(entry))
    if found["entries"]:
        console().print(shown)
    say(_wholeness(found))


def show_check(found: Found) -> None:
    """Print a line for each finding, or what was found whole."""
    for remark in found["remarks"]:
        say(remark["said"] if remark["alarm"] else f"Under way: {remark['said']}")
    if found["whole"]:
        versions = ", ".join(map(str, found["versions"])) or "none"
        say(f"{_ledger(found)}; its file, the alias and the files of versions with an alias ({versions}) agree.")


def show_restoration(found: Found) -> None:
    """Print what was done to the ledger, in the words of the entry that says so."""
    entry = found["entry"]
    if entry is None:
        say(f"The ledger of {found['model']} is whole: nothing was done.")
    else:
        say(f"Entry {entry['entry']} of {found['model']}: {entry['move']['reason']}")


def show_comparison(found: Found) -> None:
    """Print the scores of two versions, their differences, and where these come from."""
    ours, theirs = (f"{who['version']} (step {who['step']})" for who in (found["ours"], found["theirs"]))
    title = f"Versions {ours} and {theirs} of {found['model']}, {found['split']} of snapshot {found['snapshot']}"
    a, b = found["ours"]["version"], found["theirs"]["version"]
    headings = ("score", f"version {a}", f"version {b}", f"{a} minus {b}", f"{a} better", "n", "would decide", "how")
    shown = table(title, headings)
    shown.columns[0].no_wrap = True
    for row in found["scores"]:
        shown.add_row(*_comparison_cells(row), style="bold" if row["decided"] else None)
    console().print(shown)
    say("Intervals are of 95 %, in brackets. Pairs: pictures of the same prompts and seeds were compared.")
    say("Intervals: no pairs were, and the two were taken for independent: too wide rather than too narrow.")


def show_export(found: Found) -> None:
    """Print the files that were written."""
    say(f"Version {found['version']} of {found['model']} for {found['format']}:")
    for file in found["files"]:
        say(file)


def show_cleaning(found: Found) -> None:
    """Print which versions went where, and which were left as they are damaged."""
    versions = ", ".join(map(str, found["versions"])) or "none"
    done = "would be archived" if found["dry_run"] else "were archived"
    say(f"Versions that {done} in {found['archive']}: {versions} ({found['bytes'] / 1e6:,.1f} MB).")
    if found["damaged"]:
        damaged = ", ".join(map(str, found["damaged"]))
        say(f"Left as they are, as their files are not what was registered: {damaged}.")


def _entry_cells(entry: Found) -> list[str]:
    move = entry["move"]
    return [
        f"{entry['entry']}\n{str(entry['hash'])[:8]}",
        f"{_when(entry['time'])}\n{str(move['by'])[:16]}",
        f"{move['action']}\n{_version(move['from_version'])} → {_version(move['to_version'])}",
        f"{move['verdict']}\n{move['rule']}",
        move["reason"],
    ]


def _when(seconds: Any) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"
    except (TypeError, ValueError, OverflowError, OSError):  # somebody edited it: `history` shows that too
        return str(seconds)


def _version(number: int | None) -> str:
    return "none" if number is None else str(number)


def _wholeness(found: Found) -> str:
    if found["findings"]:
        first = found["findings"][0].removesuffix(".")
        return f"The chain is NOT whole. {first}: `python -m flows verify {found['model']}` tells more."
    entries = found["entries"]
    head = f", the last has hash {entries[-1]['hash']}" if entries else ""
    return f"The chain is whole: {_entries(len(entries))}{head}."


def _ledger(found: Found) -> str:
    if not found["entries"]:
        return f"The ledger of {found['model']} is empty"
    return f"The ledger of {found['model']} is whole: {_entries(found['entries'])}, the last has hash {found['head']}"


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


def _comparison_cells(row: Found) -> Iterator[str]:
    yield row["score"]
    yield from (_score(row[who]) for who in ("ours", "theirs"))
    if row["difference"] is None:  # one of them lacks it
        yield from ("", "", "", "", "")
        return
    yield _interval(row["difference"], row["low"], row["high"])
    yield f"{row['better']:.1%}"
    yield f"{row['n']:,}"
    yield "" if row["decided"] or row["enough"] is None else f"{row['enough']:,}"
    yield "intervals" if row["method"] == UNPAIRED else "pairs"


def _score(score: Found | None) -> str:
    if score is None or score["value"] is None:
        return ""
    few = "" if score["honest"] else " too few"
    return _interval(score["value"], score["low"], score["high"]) + few


def _interval(value: float, low: float | None, high: float | None) -> str:
    return f"{value:.4g}" if low is None or high is None else f"{value:.4g} ({low:.4g} to {high:.4g})"
