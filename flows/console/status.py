"""Flows: prints ingest reports, versions, decisions, rollbacks and what a lifecycle wrote."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.table import Table

from components.core.records import checkpoint_title
from flows.console.retraining import retraining_line
from flows.console.table import console, print_line, table, width_of

Result = Mapping[str, Any]


def show_ingestion(found: Result) -> None:
    """Print what became of every row."""
    shown = table("Every row is accounted for", ("what", "reason", "rows"))
    shown.columns[-1].justify = "right"
    for what in ("rows", "selected", "kept"):
        shown.add_row(what, "", f"{found[what]:,}")
    for what in ("repaired", "quarantined", "splits", "notes"):
        for reason, count in found[what].items():
            shown.add_row(what, str(reason), f"{count:,}")
    console().print(shown)
    if found["read_as"]:
        print_line(f"Read as {', '.join(f'{fact}: {value}' for fact, value in found['read_as'].items())}.")
    print_line(f"Snapshot {found['digest']}")
    for sentence in found["missing"]:
        print_line(f"Missing for what comes next: {sentence}")


def show_decisions(found: Result) -> None:
    """Print a row for each decision, and the ledger's last hash."""
    columns = ("version", "verdict", "rule", "reason")
    shown = table(f"Decisions on {found['model']}{' (dry run)' if found['dry_run'] else ''}", columns)
    shown.show_lines = True
    for decision in found["decisions"]:
        shown.add_row(*(str(decision[column]) for column in columns))
    console().print(shown)
    end = found["ledger"]
    if end:
        print_line(f"The ledger ends with entry {end['entry']}, hash {end['hash']}.")


def show_versions(found: Result) -> None:
    """Print the table of versions and the sentence about production.

    Scores that the terminal is too narrow for are left out, the last ones first; a sentence names them.
    """
    columns = list(found["shown"])
    shown = _table(found, columns)
    while len(columns) > 1 and width_of(shown) > console().width:
        columns.pop()
        shown = _table(found, columns)
    console().print(shown)
    if left_out := [column["title"] for column in found["shown"][len(columns) :]]:
        print_line(
            f"Not shown in {console().width} columns, but in a wider terminal and with --json: {', '.join(left_out)}."
        )
    for sentence in (_production_sentence(found), *_notes(found)):
        print_line(sentence)


def _table(found: Result, columns: Sequence[Result]) -> Table:
    scores = [f"{column['title']}{' (95 %)' if place == 0 else ''}" for place, column in enumerate(columns)]
    named = any(version.get("name") for version in found["versions"])
    headings = ("version", "candidate" if named else "step", *scores, "decision", "alias")
    shown = table(f"Versions of {found['model']}, snapshot {found['snapshot'] or 'none yet'}", headings)
    for column in shown.columns:
        column.no_wrap, column.justify = True, "left" if column.header in headings[-2:] else "right"
    base = [found["base"]] if found.get("base") else []
    for version in [*base, *sorted(found["versions"], key=_order)]:
        shown.add_row(*_cells(version, columns), style="bold" if version.get("aliases") else None)
    return shown


def show_lifecycle(found: Result) -> None:
    """Print the versions, and where the grid and the report are."""
    show_versions(found)
    if found["complete"]:
        print_line("Everything is complete already: the snapshot and the settings are the same, so nothing ran again.")
    if found.get("grid"):
        print_line(f"Grid: {found['grid']}")
    if found.get("report"):
        print_line(f"Report: {found['report']}")
    if found.get("page"):
        print_line(f"MLflow: {found['page']}")
    else:
        print_line("Web pages: `make ui` starts MLflow and Prefect and prints their addresses.")


def _order(version: Result) -> tuple[int, int]:
    return (version["step"] or 0, version["version"])


def _production_sentence(found: Result) -> str:
    production = found.get("production")
    if production is None:
        return f"{found['model']} has no version in production yet."
    moved = found.get("moved")
    if moved and moved["action"] != "PROMOTE":  # the version's decision is older than this move
        return f"{moved['action']} of {_named(moved['from'])} to {_named(moved['to'])}: {moved['reason']}"
    if not production["reason"]:
        return f"Version {production['version']} is in production; it has no decision."
    return f"{production['decision']}: {production['reason']}"


def _named(version: int | None) -> str:
    return "nothing" if version is None else f"version {version}"


def _notes(found: Result) -> list[str]:
    """Return sentences on the Challenger, the last look and decision on retraining, and what needs attention."""
    challenger, problem = found.get("challenger"), found.get("problem")
    sentences = []
    if challenger:
        own = checkpoint_title(challenger["step"], challenger.get("name", ""))
        sentences.append(f"Version {challenger['version']} ({own}) is the Challenger.")
    if found.get("look"):
        sentences.append(_look(found["look"]))
    if found.get("retraining"):
        sentences.append(retraining_line(found["retraining"]))
    sentences += found.get("working", [])
    attention = [f"Attention: {sentence}" for sentence in [problem, *found.get("dead", [])] if sentence]
    return [*sentences, *attention, *_schedule(found)]


def _look(look: Result) -> str:
    when = datetime.fromtimestamp(look["time"], UTC).isoformat(" ", "minutes").removesuffix("+00:00")
    return f"Monitor: {look['state']}: {look['sentence']} (version {look['version']}, {when} UTC)."


def _schedule(found: Result) -> list[str]:
    """Return when the model's flows run next by themselves, or why they do not."""
    schedule = found.get("schedule")
    if not schedule:
        return []
    if schedule["none"]:
        return [f"Schedule: none. {schedule['none']}"]
    runs = ", ".join(f"{run['flow']} next on {day(run['next'])} ({run['in_words']})" for run in schedule["runs"])
    return [f"Schedule: {runs}, time zone {schedule['time_zone']}. `make ui` and `make worker` must run then."]


def day(moment: str) -> str:
    """Return a time of ISO 8601 as people write it.

    >>> day("2026-11-30T03:00:00+00:00")
    'Mon 30 Nov 2026, 03:00'
    """
    return f"{datetime.fromisoformat(moment):%a %d %b %Y, %H:%M}"


def _cells(version: Result, shown: Sequence[Result]) -> list[str]:
    return [
        str(version.get("version", "")),
        str(version.get("name") or version.get("step", "")),
        *(_score(version, column, with_interval=place == 0) for place, column in enumerate(shown)),
        str(version.get("decision") or ""),
        ", ".join(version.get("aliases", [])),
    ]


def _score(version: Result, column: Result, with_interval: bool) -> str:
    """Return a score with the decimals of its metric, and with its interval if `with_interval`."""
    name, decimals = column["name"], column["decimals"]
    value = _number(version.get(name), decimals)
    low, high = version.get(f"{name}_low"), version.get(f"{name}_high")
    if not with_interval or low is None or high is None:
        return value
    return f"{value} ({_number(low, decimals)}–{_number(high, decimals)})"  # noqa: RUF001  the en dash is intended


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def show_rollback(found: Result) -> None:
    """Print the versions, the version now in production, and how long the rollback took."""
    show_versions(found)
    version, seconds = found["production"]["version"], found["seconds"]
    print_line(f"Version {version} of {found['model']} is in production now; it took {seconds:.1f} s.")
