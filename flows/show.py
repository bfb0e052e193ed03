"""Flows: what the command line prints for people: tables, the decision's sentence, where to look."""

from collections.abc import Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

Found = Mapping[str, Any]


def show_account(account: Found) -> None:
    """Print what became of every row."""
    console = Console()
    table = Table(title="Every row is accounted for", title_justify="left")
    table.add_column("what")
    table.add_column("reason")
    table.add_column("rows", justify="right")
    for what in ("rows", "selected", "kept"):
        table.add_row(what, "", f"{account[what]:,}")
    for what in ("repaired", "quarantined", "splits", "notes"):
        for reason, count in account[what].items():
            table.add_row(what, str(reason), f"{count:,}")
    console.print(table)
    console.print(f"Snapshot {account['digest']}")


def show_decisions(found: Found) -> None:
    """Print one line a decision."""
    table = Table(
        title=f"Decisions on {found['model']}{' (dry run)' if found['dry_run'] else ''}", title_justify="left"
    )
    for column in ("version", "verdict", "rule", "reason"):
        table.add_column(column)
    for decision in found["decisions"]:
        table.add_row(*(str(decision[column]) for column in ("version", "verdict", "rule", "reason")))
    Console().print(table)
    end = found["ledger"]
    if end:
        Console().print(f"The ledger ends with entry {end['entry']}, hash {end['hash']}.", soft_wrap=True)


def show_versions(found: Found) -> None:
    """Print the table of versions and the sentence about production."""
    console = Console()
    title = f"Versions of {found['model']}, snapshot {found['snapshot'] or 'none yet'}"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in ("version", "step", "FID (95 %)", "KID", "CLIP score"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("decision", no_wrap=True)
    table.add_column("alias", no_wrap=True)
    base = [found["base"]] if found.get("base") else []
    for version in [*base, *sorted(found["versions"], key=_order)]:
        table.add_row(*_cells(version), style="bold" if version.get("aliases") else None)
    console.print(table)
    for sentence in (_sentence(found), *_also(found)):
        console.print(sentence, soft_wrap=not console.is_terminal, highlight=False)


def show_round(found: Found) -> None:
    """Print what one sees after the whole round."""
    console = Console()
    show_versions(found)
    if found["stood"]:
        console.print("Everything stands already: same snapshot, same settings, nothing was done again.")
    if found.get("grid"):
        console.print(f"Picture grid: {found['grid']}", soft_wrap=True)
    if found.get("report"):
        console.print(f"Report: {found['report']}", soft_wrap=True)
    console.print("Web pages: `make ui` starts MLflow and Prefect and prints their addresses.")


def _order(version: Found) -> tuple[int, int]:
    return (version["step"] or 0, version["version"])


def _sentence(found: Found) -> str:
    production = found.get("production")
    if production is None:
        return f"{found['model']} has no version in production yet."
    if not production["reason"]:
        return f"Version {production['version']} is in production; no decision stands beside it."
    return f"{production['decision']}: {production['reason']}"


def _also(found: Found) -> list[str]:
    """Return what is said beside production: who is tried against it, and whether alias and ledger disagree."""
    challenger, standing = found.get("challenger"), found.get("standing")
    tried = [f"Version {challenger['version']} (step {challenger['step']}) is the Challenger."] if challenger else []
    return [*tried, *([f"Attention: {standing}"] if standing else [])]


def _cells(version: Found) -> list[str]:
    fid = _number(version.get("fid"), 2)
    if version.get("fid_low") is not None:
        fid += f" ({version['fid_low']:.2f}–{version['fid_high']:.2f})"  # noqa: RUF001  an en dash is meant
    return [
        str(version.get("version", "")),
        str(version.get("step", "")),
        fid,
        _number(version.get("kid"), 4),
        _number(version.get("clip_score"), 3),
        str(version.get("decision") or ""),
        ", ".join(version.get("aliases", [])),
    ]


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def show_folder_scores(found: Found) -> None:
    """Print the scores of folders beside what real pictures score, and what they can decide."""
    from components.recipes.product_images.folder_report import cells, judged_of

    console = Console()
    title = f"Pictures scored against {found['reference']['pictures']:,} real ones of {found['reference']['name']}"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in ("pictures", "score (better)", "value (95 %)", "n", "real pictures", "ranks"):
        table.add_column(heading, overflow="fold")
    for one in judged_of(found):
        for name, score in one["scores"].items():
            table.add_row(one["name"], *cells(name, score))
    console.print(table)
    for sentence in found["sentences"]:
        console.print(sentence, soft_wrap=not console.is_terminal, highlight=False)


def show_records(found: Found) -> None:
    """Print a line for each record, and what they can decide."""
    console = Console()
    for sentence in found["sentences"]:
        console.print(sentence, soft_wrap=not console.is_terminal, highlight=False)


def show_rollback(found: Found) -> None:
    """Print the table of versions, which one is in production now, and how long that took."""
    show_versions(found)
    version, seconds = found["production"]["version"], found["seconds"]
    Console().print(f"Version {version} of {found['model']} is in production now; it took {seconds:.1f} s.")
