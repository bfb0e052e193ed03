"""Data: one spelling for each value of the columns by which rows are selected."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from components.data.catalogue.schema import SELECTED_BY, Refused, Repair, Row
from components.data.catalogue.values import spelling_key

Where = Mapping[str, Sequence[str]]
Spellings = Mapping[str, Mapping[str, str]]  # column -> another spelling -> the one that is used

key_of = lru_cache(maxsize=100_000)(spelling_key)


def spellings_of(rows: Sequence[Row], where: Where) -> Spellings:
    """Return the values to replace. Of several spellings the YAML's is used if it occurs, else the most frequent one.

    Equally frequent spellings are decided by the first row.
    """
    return {column: _spellings([row.values[column] for row in rows], where.get(column, ())) for column in SELECTED_BY}


def spelled(row: Row, spellings: Spellings) -> Row:
    """Return the row with each value in the spelling that is used, as a repair if one was replaced."""
    changed = {c: others[row.values[c]] for c, others in spellings.items() if row.values[c] in others}
    if not changed:
        return row
    return replace(row, values={**row.values, **changed}, repairs=(*row.repairs, Repair.OTHER_SPELLING))


def spelled_alike(found: Row | Refused, spellings: Spellings) -> Row | Refused:
    """Return a row, or a refused row that could be read, in the spellings that are used."""
    if isinstance(found, Row):
        return spelled(found, spellings)
    return replace(found, row=spelled(found.row, spellings)) if found.row else found


def _spellings(values: Sequence[str], wanted: Sequence[str]) -> dict[str, str]:
    counts = Counter(filter(None, values))
    groups: dict[str, list[str]] = defaultdict(list)
    for value, _ in counts.most_common():
        groups[key_of(value)].append(value)
    used = {key_of(value): value for value in reversed(wanted) if value in counts}
    return {
        value: used.get(key, same[0])
        for key, same in groups.items()
        for value in same
        if value != used.get(key, same[0])
    }
