"""Product descriptions: the report of an ingest: counts, tables of what was refused and what recurs, plots."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from components.core.records import Ingestion, Splits
from components.data.plots import balance_of, plot_counts, plot_shares
from components.metrics.words import words_of
from components.recipes.product_descriptions.example import ATTRIBUTES, ProductDescription
from components.recipes.product_descriptions.ingest.boilerplate import words_of_boilerplate
from components.recipes.product_descriptions.ingest.rows import DescribedRows

NOUN = "descriptions"
PLOTTED = {"genders": "gender", "articles": "articleType", "brands": "brand", "colours": "baseColour"}
STEP = 20  # words of a bar of lengths.png
SHOWN_SENTENCES = 20


def write_ingest_report(report: Path, found: DescribedRows, splits: Splits, ingestion: Ingestion) -> None:
    """Write account.json, the tables quarantined.csv and boilerplate.csv, and plots as PNG files."""
    examples = [example for part in splits.values() for example in part]
    _write_account(report / "account.json", found, splits, ingestion)
    refused = ((row.product.line, row.product.id, row.refused) for row in found.rows if row.refused)
    _table(report / "quarantined.csv", ("line", "id", "reason"), refused)
    _table(report / "boilerplate.csv", ("sentence", "descriptions"), found.boilerplate.items())
    _plot(report, found, splits, examples)


def _write_account(path: Path, found: DescribedRows, splits: Splits, ingestion: Ingestion) -> None:
    """Write the counts of rows, of words, of the values of attributes, and the part of words that is boilerplate."""
    every = [example for part in splits.values() for example in part]
    total = sum(len(words_of(text)) for text in found.texts)
    boilerplate = words_of_boilerplate(found.texts, found.boilerplate)
    account = {
        **asdict(ingestion),
        "splits": {split: len(part) for split, part in splits.items()},
        "groups": {split: len({example["group"] for example in part}) for split, part in splits.items()},
        "words": _quantiles([len(words_of(example["text"])) for example in every]),
        "boilerplate": {
            "sentences": len(found.boilerplate),
            "share_of_words": round(boilerplate / total, 4) if total else 0.0,
            "most_frequent": dict(list(found.boilerplate.items())[:SHOWN_SENTENCES]),
        },
        "values": {name: dict(_values(every, name).most_common(SHOWN_SENTENCES)) for name in PLOTTED.values()},
    }
    path.write_text(json.dumps(account, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _quantiles(counts: Sequence[int]) -> dict[str, int]:
    ordered = sorted(counts)
    places = {"fewest": 0.0, "5 %": 0.05, "median": 0.5, "95 %": 0.95, "most": 1.0}
    return {name: ordered[round(at * (len(ordered) - 1))] for name, at in places.items()} if ordered else {}


def _plot(report: Path, found: DescribedRows, splits: Splits, examples: Sequence[ProductDescription]) -> None:
    total = len(examples)
    plot_counts(report / "lengths.png", "Words in a description", _lengths(examples), total, NOUN)
    for name, attribute in PLOTTED.items():
        counts = dict(_values(examples, attribute).most_common())
        plot_counts(report / f"{name}.png", name.capitalize(), counts, total, NOUN)
    missing = {name: sum(name not in example["attributes"] for example in examples) for name in ATTRIBUTES}
    plot_counts(report / "missing-values.png", "Missing values", missing, total, NOUN)
    texts, recurring = len(set(found.texts)), dict(list(found.boilerplate.items())[:SHOWN_SENTENCES])
    plot_counts(report / "boilerplate.png", "Recurring sentences", recurring, texts, NOUN)
    articles = {
        split: [{"article": e["attributes"].get("articleType")} for e in part] for split, part in splits.items()
    }
    plot_shares(report / "balance.png", "Articles in each split", balance_of(articles, "article"))


def _lengths(examples: Sequence[ProductDescription]) -> dict[str, int]:
    counts = Counter(len(words_of(example["text"])) // STEP for example in examples)
    return {f"{STEP * bar} to {STEP * bar + STEP - 1}": counts[bar] for bar in range(max(counts, default=0) + 1)}


def _values(examples: Iterable[ProductDescription], attribute: str) -> "Counter[str]":
    return Counter(example["attributes"].get(attribute, "unknown") for example in examples)


def _table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
