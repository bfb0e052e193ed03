"""Failure modes: the report of an ingest: counts, tables of what was refused or contradicts, plots."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from components.core.corrections import Correction
from components.core.records import Ingestion
from components.recipes.failure_modes.comment import Comment
from components.recipes.failure_modes.ingest.corrections import ADDED, CONFIRMED, CORRECTED
from components.recipes.failure_modes.ingest.labels import contradictions
from components.recipes.failure_modes.ingest.plots import plot_comments
from components.recipes.failure_modes.ingest.rows import Read, kept_of
from components.recipes.failure_modes.ingest.tables import associations, typical_words, word_counts

SHOWN_WORDS = 30
Splits = Mapping[str, Sequence[Comment]]


def write_ingest_report(
    report: Path, rows: Sequence[Read], splits: Splits, ingestion: Ingestion, corrections: Sequence[Correction]
) -> None:
    """Write account.json, the tables quarantined.csv, contradictions.csv and corrections.csv, and plots as PNG files.

    quarantined.csv has the lines and the reasons alone: a text that could not be read may hold personal details.
    """
    kept = kept_of(rows)
    _write_account(report / "account.json", kept, splits, ingestion, corrections)
    _table(report / "quarantined.csv", ("line", "reason"), ((row.line, row.refused) for row in rows if row.refused))
    several = contradictions((row.key, row.label) for row in kept if row.label)
    several_rows = ((key, label, count) for key, found in several.items() for label, count in found.items())
    _table(report / "contradictions.csv", ("comment", "label", "comments"), several_rows)
    touched = [row for row in kept if row.before is not None]
    changed = ((row.text, row.before, row.label) for row in touched)
    _table(report / "corrections.csv", ("comment", "before", "after"), changed)
    plot_comments(report, kept, splits)


def _write_account(
    path: Path, kept: Sequence[Read], splits: Splits, ingestion: Ingestion, corrections: Sequence[Correction]
) -> None:
    """Write the counts of rows, of failure modes by split, of words, and how other columns go with the labels."""
    classes = {split: dict(Counter(str(c["label"]) for c in part).most_common()) for split, part in splits.items()}
    counts = Counter(len(row.text.split()) for row in kept)
    account = {
        **asdict(ingestion),
        "splits": {split: len(part) for split, part in splits.items()},
        "failure_modes": classes,
        "words_per_comment": {str(words): counts[words] for words in sorted(counts)},
        "frequent_words": dict(word_counts(kept).most_common(SHOWN_WORDS)),
        "typical_words": typical_words(kept),
        "association_with_label": associations(kept),
        "corrections": _corrections(kept, corrections),
    }
    path.write_text(json.dumps(account, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _corrections(kept: Sequence[Read], corrections: Sequence[Correction]) -> dict[str, object]:
    """Return who corrected how many comments, and what became of these."""
    effects = {what: sum(what in row.repairs for row in kept) for what in (CORRECTED, CONFIRMED, ADDED)}
    changed = Counter(f"{row.before} -> {row.label}" for row in kept if CORRECTED in row.repairs)
    by = Counter(correction.by for correction in corrections)
    return {"read": len(corrections), "by": dict(by.most_common()), **effects, "changes": dict(changed.most_common())}


def _table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
