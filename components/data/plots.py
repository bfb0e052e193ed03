"""Data: plots of the content of a snapshot, as PNG files, and the balance of a column over its splits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from components.core.plain_text import plain_figures
from components.core.records import Splits

INK, MUTED, GRID = "#22303c", "#6b7a88", "#e4e9ed"
PALETTE: Sequence[str] = ("#2f6f8f", "#e0913a", "#6a9f58", "#a05a8c")
MOST_BARS = 20
LONGEST_LABEL = 40  # characters

Balance = Mapping[str, Mapping[str, float]]  # value -> split -> share of the split, in [0, 1]


@plain_figures()
def plot_counts(path: Path, title: str, counts: Mapping[str, int], total: int, noun: str = "pictures") -> None:
    """Plot the count of each value among `total` examples as bars, in the given order; values past 20 share a bar."""
    shown = _shortened(counts)
    numbers = [count for _, count in shown]
    figure, axes = _sheet(title, height=1.3 + 0.3 * max(3, len(shown)))
    bars = axes.barh(range(len(shown)), numbers, color=PALETTE[0], height=0.72)
    axes.set_yticks(range(len(shown)), [_label(value) for value, _ in shown])
    labels = [f"{count:,}  ({count / max(1, total):.1%})" for count in numbers]
    axes.bar_label(bars, labels, padding=5, color=MUTED, fontsize=9)
    axes.set_xlim(0, 1.22 * max([*numbers, 1]))
    axes.invert_yaxis()
    axes.grid(axis="x", color=GRID)
    axes.set_xlabel(f"{noun}, of {total:,}", color=MUTED)
    _save(figure, path)


@plain_figures()
def plot_shares(
    path: Path, title: str, shares: Mapping[str, Mapping[str, float]], axis: str = "percent of the split"
) -> None:
    """Plot the share of each value in each split side by side: value -> split -> share in [0, 1]."""
    shown = dict(list(shares.items())[:MOST_BARS])
    splits = list(dict.fromkeys(split for row in shown.values() for split in row))
    figure, axes = _sheet(title, height=1.6 + 0.16 * len(shown) * max(2, len(splits)))
    places, thickness = np.arange(len(shown)), 0.8 / max(1, len(splits))
    for at, split in enumerate(splits):
        widths = [100 * row.get(split, 0.0) for row in shown.values()]
        shift = (at - (len(splits) - 1) / 2) * thickness
        axes.barh(places + shift, widths, height=thickness, color=PALETTE[at % len(PALETTE)], label=split)
    axes.set_yticks(places, [_label(value) for value in shown])
    axes.invert_yaxis()
    axes.grid(axis="x", color=GRID)
    axes.set_xlabel(axis, color=MUTED)
    axes.legend(frameon=False, loc="lower right")
    _save(figure, path)


@plain_figures()
def plot_sizes(path: Path, title: str, sizes: Sequence[tuple[int, int]]) -> None:
    """Plot resolutions, (width, height) in pixels, as dots whose area grows with the number of pictures."""
    counts = Counter(sizes)
    figure, axes = _sheet(title, height=5.4)
    widths, heights = [size[0] for size in counts], [size[1] for size in counts]
    area = [30 + 1500 * count / sum(counts.values()) for count in counts.values()]
    axes.scatter(widths, heights, s=area, color=PALETTE[0], alpha=0.55, edgecolor="white")
    for (width, height), count in counts.most_common(6):
        text, aside = f"{width} x {height}: {count:,}", 6 + (30 + 1500 * count / len(sizes)) ** 0.5 / 2
        axes.annotate(text, (width, height), (aside, -3), textcoords="offset points", color=INK, fontsize=9)
    axes.set_xlim(0, 1.35 * max([*widths, 1]))
    axes.set_ylim(0, 1.15 * max([*heights, 1]))
    axes.grid(color=GRID)
    axes.set_xlabel("width, pixels", color=MUTED)
    axes.set_ylabel("height, pixels", color=MUTED)
    _save(figure, path)


def _shortened(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    rest = list(counts.values())[MOST_BARS:]
    return [*list(counts.items())[:MOST_BARS], *([(f"{len(rest)} others", sum(rest))] if rest else [])]


def _label(value: str) -> str:
    return value if len(value) <= LONGEST_LABEL else f"{value[:LONGEST_LABEL]}..."


def _sheet(title: str, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(8.0, height), dpi=110, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", color=INK, fontsize=13, fontweight="bold", pad=12)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, colors=INK, labelsize=10)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    return figure, axes


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, format="png", metadata={"Software": None})


def balance_of(splits: Splits, column: str) -> Balance:
    """Return the share of each value in each non-empty split, the most frequent value first; a split sums to 1."""
    rows = [(split, str(e.get(column) or "unknown")) for split, examples in splits.items() for e in examples]
    table = pd.DataFrame(rows, columns=["split", "value"])
    shares = pd.crosstab(table["value"], table["split"], normalize="columns")
    ordered = shares.loc[table["value"].value_counts().index, [split for split in splits if split in shares.columns]]
    return {str(value): {str(split): float(share) for split, share in row.items()} for value, row in ordered.iterrows()}


def imbalance_of(balance: Balance, sizes: Mapping[str, int]) -> dict[str, float]:
    """Return the total variation distance of each split from all examples, in [0, 1]; 0 is best."""
    total = sum(sizes.values())
    overall = {v: sum(shares.get(s, 0.0) * n for s, n in sizes.items()) / total for v, shares in balance.items()}
    return {s: sum(abs(shares.get(s, 0.0) - overall[v]) for v, shares in balance.items()) / 2 for s in sizes}
