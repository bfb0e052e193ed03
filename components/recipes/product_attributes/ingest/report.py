"""Product attributes: the report of an ingest: counts, the table of refused rows, plots."""

import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from components.core.records import Ingestion
from components.data.catalogue.catalogue import Catalogue
from components.data.plots import balance_of, plot_counts, plot_shares
from components.recipes.product_attributes.ingest.rows import Read
from components.recipes.product_attributes.rows.row import ProductRow
from components.recipes.product_attributes.rows.settings import DataSettings

NOUN = "rows"
MOST_PLOTS = 12


def write_ingest_report(
    report: Path,
    catalogue: Catalogue,
    rows: Sequence[Read],
    splits: Mapping[str, Sequence[ProductRow]],
    ingestion: Ingestion,
    data: DataSettings,
) -> None:
    """Write account.json, quarantine.csv, and plots of the columns as PNG files."""
    kept = [row for row in rows if not row.refused]
    values = {name: Counter(_shown(row.values[name]) for row in kept) for name in data.columns}
    account = {
        **asdict(ingestion),
        "splits": {split: len(part) for split, part in splits.items()},
        "values": {name: dict(counts.most_common()) for name, counts in values.items() if name in data.categories},
    }
    (report / "account.json").write_text(json.dumps(account, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    refused = [(found.id, str(found.reason), found.detail) for found in catalogue.refused]
    refused += [(row.id, row.refused, row.detail) for row in rows if row.refused]
    with (report / "quarantine.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("id", "reason", "detail"), *refused])
    _plot(report, values, len(kept), splits, data)


def _plot(
    report: Path,
    values: Mapping[str, "Counter[str]"],
    total: int,
    splits: Mapping[str, Sequence[ProductRow]],
    data: DataSettings,
) -> None:
    for name in data.categories[:MOST_PLOTS]:
        plot_counts(report / f"{name}.png", name, dict(values[name].most_common()), total, NOUN)
    missing = {name: counts["(missing)"] for name, counts in values.items()}
    plot_counts(report / "missing-values.png", "Missing values", missing, total, NOUN)
    first = data.categories[0]
    flat = {split: [{first: row["values"][first]} for row in part] for split, part in splits.items()}
    plot_shares(report / "balance.png", f"{first} in each split", balance_of(flat, first))


def _shown(value: object) -> str:
    return "(missing)" if value is None else str(value)
