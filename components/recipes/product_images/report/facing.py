"""Product images: comparisons in the order in which people read them, the leader first and facing the others."""

from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def paired(account: Row) -> dict[str, Sequence[Row]]:
    """Return the leader's comparisons, those of the others among themselves, and those of slices, each by metric."""
    leader = next((s["title"] for s in account["subjects"] if s["key"] == account["headline"]["leader"]), None)
    rows = sorted((_facing(row, leader) for row in account["comparisons"]), key=lambda row: _rank(account, row))
    whole = [row for row in rows if not row["part"]]
    return {
        "leading": [row for row in whole if row["ours_title"] == leader],
        "others": [row for row in whole if row["ours_title"] != leader],
        "parts": [row for row in rows if row["part"]],
    }


def _rank(account: Row, row: Row) -> tuple[int, str]:
    primary = list(account["primary"])
    return primary.index(row["metric"]) if row["metric"] in primary else len(primary), str(row["metric"])


def _facing(row: Row, leader: str | None) -> Row:
    """Return the comparison with the leader as its first subject: the difference changes its sign."""
    if row["theirs_title"] != leader:
        return row
    return {
        **row,
        **{"ours": row["theirs"], "ours_title": row["theirs_title"]},
        **{"theirs": row["ours"], "theirs_title": row["ours_title"]},
        **{"difference": _minus(row["difference"]), "low": _minus(row["high"]), "high": _minus(row["low"])},
        "better": None if row["better"] is None else 1.0 - row["better"],
    }


def _minus(number: float | None) -> float | None:
    return None if number is None else 0.0 - number
