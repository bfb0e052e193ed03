"""Data: the counts of an ingestion, and its tables of refused rows and missing pictures."""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from components.core.records import Ingestion
from components.data.catalogue.catalogue import Catalogue, matches, unmatched
from components.data.catalogue.schema import ARTICLE, ID, Refused, Repair
from components.data.catalogue.spelling import Where


def summarise_ingestion(
    catalogue: Catalogue,
    where: Where,
    refused: Sequence[Refused],
    repairs: Sequence[Repair],
    notes: Mapping[str, int],
) -> Ingestion:
    """Return the counts of every row of the catalogue.

    `rows` are all rows that were read. `repaired` counts repairs in the table, over all rows, and converted pictures of
    selected rows; a row may have several repairs and is still used. `selected` are the rows that match `where`, refused
    ones included. `quarantined` counts each refused row once: rows that no model can use (`catalogue.refused`:
    unreadable, test or duplicate rows), selected or not, and selected rows whose picture cannot be used (`refused`).
    notes["not-selected"] are the other rows. So rows = kept + quarantined + not-selected.
    """
    everything = [*catalogue.refused, *refused]
    selected = sum(matches(row, where) for row in catalogue.rows)
    selected += sum(matches(found.row, where) for found in catalogue.refused)
    elsewhere = sum(not matches(found.row, where) for found in everything)
    rows = [*catalogue.rows, *(found.row for found in catalogue.refused if found.row)]
    repaired = Counter(repair for row in rows for repair in row.repairs) + Counter(repairs)
    missing = sum(row.id not in catalogue.files.pictures for row in catalogue.rows if not matches(row, where))
    counted = {
        **catalogue.notes,
        **notes,
        "not-selected": catalogue.size - selected - elsewhere,
        "quarantined-not-selected": elsewhere,
        "accepted-values-without-row": len(unmatched(catalogue, where)),
        "missing-picture-not-selected": missing,
    }
    return Ingestion(
        rows=catalogue.size,
        selected=selected,
        kept=selected - len(everything) + elsewhere,
        repaired=_counts(repaired),
        quarantined=_counts(Counter(found.reason for found in everything)),
        notes={note: count for note, count in sorted(counted.items()) if count},
        read_as=_read_as(catalogue, where),
    )


def write_tables(report: Path, catalogue: Catalogue, where: Where, refused: Sequence[Refused]) -> None:
    """Write quarantine.csv, with the reason of each refusal, and missing-pictures.csv, for all rows that were read."""
    everything = [*catalogue.refused, *refused]
    _write_table(report / "quarantine.csv", (ID, "reason", "detail"), [(r.id, r.reason, r.detail) for r in everything])
    absent = [row for row in catalogue.rows if row.id not in catalogue.files.pictures]
    lines = [(row.id, row.values[ARTICLE], "yes" if matches(row, where) else "no") for row in absent]
    _write_table(report / "missing-pictures.csv", (ID, ARTICLE, "selected"), lines)


def _read_as(catalogue: Catalogue, where: Where) -> dict[str, str]:
    absent = unmatched(catalogue, where)
    return {**catalogue.read_as, **({"accepted-values-without-row": ", ".join(absent)} if absent else {})}


def _counts(counter: Mapping[Any, int]) -> dict[str, int]:
    return {str(reason): count for reason, count in sorted(counter.items(), key=lambda item: (-item[1], item[0]))}


def _write_table(path: Path, header: Sequence[str], lines: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *lines])
