"""Flows: prints the comparison of two versions, each number above its interval, in 80 columns."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from components.core.differences import UNPAIRED
from components.core.records import checkpoint_title
from flows.console.table import console, print_line, table

Result = Mapping[str, Any]

FEW = "*"  # marks a score of too few examples


def show_comparison(found: Result) -> None:
    """Print the scores of two versions, the differences, and how they were compared."""
    both = found["ours"], found["theirs"]
    ours, theirs = (f"{who['version']} ({checkpoint_title(who['step'], who['name'])})" for who in both)
    title = f"Versions {ours} and {theirs} of {found['model']}, {found['split']} of snapshot {found['snapshot']}"
    a, b = found["ours"]["version"], found["theirs"]["version"]
    shown = table(title, ("score", f"version {a}", f"version {b}", f"{a} minus {b}", f"{a} better", "n\nenough"))
    shown.padding, shown.show_edge = 0, False  # to fit in 80 columns
    for column in shown.columns:
        column.no_wrap = True
    deciding = [row for row in found["scores"] if row["decides"]]
    for row in found["scores"]:
        last = bool(deciding) and row is deciding[-1]
        shown.add_row(*_cells(row), style="bold" if row["decided"] else None, end_section=last)
    console().print(shown)
    if deciding:
        print_line(f"A promotion is decided by {', '.join(row['score'] for row in deciding)}: the first scores.")
    print_line(
        "Under each number is its 95 % interval. Enough: how many examples of each version would decide; equal: so"
    )
    print_line("many that the two are equal for practical purposes.")
    print_line(
        "Pairs: both versions were scored on the same examples. Intervals: without pairs the two scores are taken as"
    )
    print_line("independent, which makes the interval too wide rather than too narrow.")
    if any(_is_few(row[who]) for row in found["scores"] for who in ("ours", "theirs")):
        print_line(f"{FEW} Too few examples to rank anything by this score.")


def _cells(row: Result) -> Iterator[str]:
    yield row["score"]
    yield from (_score(row[who]) for who in ("ours", "theirs"))
    if row["difference"] is None:  # one version has no such score
        yield from ("", "", "")
        return
    yield _number(row["difference"], row["low"], row["high"])
    yield f"{row['better']:.1%}\n{'intervals' if row['method'] == UNPAIRED else 'pairs'}"
    yield f"{row['n']:,}\n{_enough(row)}"


def _enough(row: Result) -> str:
    """Return how many examples would decide, or that no practical number would."""
    if row["decided"]:
        return ""
    return "equal" if row["equal"] is not None else f"{row['enough']:,}" if row["enough"] else ""


def _score(score: Result | None) -> str:
    r"""Return a score above its interval, with a mark where it has too few examples.

    >>> _score({"value": 2.068, "low": 1.591, "high": 2.545, "honest": False})
    '2.07*\n1.59, 2.54'
    """
    if score is None or score["value"] is None:
        return ""
    return _number(score["value"], score["low"], score["high"], FEW if _is_few(score) else "")


def _is_few(score: Result | None) -> bool:
    return score is not None and not score["honest"]


def _number(value: float, low: float | None, high: float | None, mark: str = "") -> str:
    shown = f"{value:,.{_decimals(value, 3)}f}{mark}"
    if low is None or high is None:
        return shown
    decimals = _decimals(high - low, 2)
    return f"{shown}\n{low:,.{decimals}f}, {high:,.{decimals}f}"


def _decimals(number: float, digits: int) -> int:
    """Return how many decimals show `digits` significant digits of a number.

    >>> [_decimals(number, 2) for number in (0.00857, -0.02808, 0.97, 349.2, 0.0)]
    [4, 3, 2, 0, 0]
    """
    return max(0, digits - 1 - math.floor(math.log10(abs(number)))) if number else 0
