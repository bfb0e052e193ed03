"""Failure modes: plots of the comments of a snapshot, as PNG files."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from components.core.records import Splits
from components.data.plots import balance_of, plot_counts, plot_shares
from components.recipes.failure_modes.ingest.rows import Read
from components.recipes.failure_modes.ingest.tables import associations, typical_shares, word_counts

NOUN = "comments"
TYPICAL_SHOWN = 2  # words of each of the ten most frequent failure modes
LENGTHS = ((1, 2), (3, 4), (5, 6), (7, 9), (10, 14), (15, 24), (25, 49), (50, 10_000))


def plot_comments(report: Path, kept: Sequence[Read], splits: Splits) -> None:
    """Write failure-modes, lengths, words, words by failure mode, months, associations and balance as PNG files.

    words.png shows the most frequent words as bars: in a cloud of words nobody can read which of two is more frequent.
    """
    total = len(kept)
    labels = Counter(row.label or "(none)" for row in kept)
    plot_counts(report / "failure-modes.png", "Failure modes", dict(labels.most_common()), total, NOUN)
    plot_counts(report / "lengths.png", "Words in a comment", _lengths(kept), total, NOUN)
    words = dict(word_counts(kept).most_common(20))
    plot_counts(report / "words.png", "Comments with each word", words, total, NOUN)
    if shares := typical_shares(kept, TYPICAL_SHOWN):
        title = "Typical words of the most frequent failure modes"
        plot_shares(report / "words-by-failure-mode.png", title, shares, "percent of the comments that have the word")
    plot_shares(report / "balance.png", "Failure modes in each split", balance_of(splits, "label"))
    if months := Counter(row.date[:7] for row in kept if row.date):
        shown = dict(sorted(months.items())) if len(months) <= 20 else dict(sorted(_years(months).items()))
        plot_counts(report / "over-time.png", "Comments over time", shown, total, NOUN)
    if found := associations(kept):
        strengths = {name: {"Cramer's V": values["cramers_v"]} for name, values in found.items()}
        title = "How columns go with the failure mode"
        plot_shares(report / "associations.png", title, strengths, "percent; 0 is chance")


def _lengths(kept: Sequence[Read]) -> dict[str, int]:
    counts = Counter(len(row.text.split()) for row in kept)
    return {f"{a} to {b}": sum(counts[n] for n in counts if a <= n <= b) for a, b in LENGTHS}


def _years(months: Mapping[str, int]) -> "Counter[str]":
    years: Counter[str] = Counter()
    for month, count in months.items():
        years[month[:4]] += count
    return years
