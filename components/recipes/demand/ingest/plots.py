"""Demand: plots of a table's series for the page of an ingest, as PNG files."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from sklearn.decomposition import PCA

from components.core.plain_text import plain_figures
from components.data.plots import INK, MUTED, PALETTE
from components.recipes.demand.classes.clusters import NOISE, scaled
from components.recipes.demand.classes.demand_class import CLASSES
from components.recipes.demand.data_settings import DataSettings
from components.recipes.demand.ingest.facts import Facts
from components.recipes.demand.ingest.series_plots import plot_examples, plot_over_time, plot_unusual
from components.recipes.demand.ingest.sheet import open_sheet, save_sheet
from components.recipes.demand.series import NOUNS

COLOURS = (*PALETTE, "#8a8f3c", "#4f6bb0", "#c05b5b", "#4aa39b")
OF_CLASS = dict(zip(CLASSES, (*PALETTE, MUTED), strict=True))
MOST_POINTS = 4000  # of a scatter plot


def plot_table(report: Path, facts: Facts, data: DataSettings) -> list[tuple[str, str, str]]:
    """Write the plots; return the name, the title and the caption of each, in the order of the page."""
    shown = []
    for name, (title, plot) in PLOTS.items():
        caption = plot(report / f"{name}.png", facts, data)
        if caption:
            shown.append((name, title, caption))
    return shown


@plain_figures()
def _demand_classes(path: Path, facts: Facts, data: DataSettings) -> str:
    figure, (axes,) = open_sheet(1, height=4.6)
    some = _some(len(facts.series))
    counts = Counter(facts.demand_class)
    for name in CLASSES:
        places = [place for place in some if facts.demand_class[place] == name and np.isfinite(facts.adi[place])]
        if places:
            label = f"{name}: {counts[name]:,} ({counts[name] / len(facts.series):.0%})"
            axes.scatter(facts.adi[places], facts.cv2[places], s=14, alpha=0.6, color=OF_CLASS[name], label=label)
    axes.axvline(data.classes.adi, color=INK, linewidth=0.8)
    axes.axhline(data.classes.cv2, color=INK, linewidth=0.8)
    axes.set_xscale("log")
    axes.set_yscale("symlog", linthresh=0.5)
    axes.set_ylim(bottom=0)
    ticks = [tick for tick in (1, 1.5, 2, 3, 5, 10, 20, 50, 100) if tick <= 1.2 * max(2.0, float(facts.adi.max()))]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    heights = [tick for tick in (0, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if tick <= max(1.0, float(facts.cv2.max()))]
    axes.set_yticks(heights, [f"{tick:g}" for tick in heights])
    axes.minorticks_off()
    axes.set_xlabel(f"mean interval between sales, {NOUNS[data.frequency]}s (ADI)", color=MUTED)
    axes.set_ylabel("variation of the sizes of sales (CV2)", color=MUTED)
    axes.legend(frameon=False, fontsize=9, loc="best")
    save_sheet(figure, path)
    return "Each dot is a product. The lines are the thresholds of the classes."


@plain_figures()
def _abc_xyz(path: Path, facts: Facts, data: DataSettings) -> str:
    figure, (curve, table) = open_sheet(2, height=3.8)
    order = np.sort(facts.value)[::-1]
    total = max(float(order.sum()), 1e-12)
    share = 100 * np.cumsum(order) / total
    percent = 100 * np.arange(1, len(order) + 1) / len(order)
    curve.plot(percent, share, color=PALETTE[0])
    for limit, letter in zip(data.classes.abc, "AB", strict=True):
        curve.axhline(limit, color=MUTED, linewidth=0.8, linestyle=":")
        curve.annotate(f"{letter}: {facts.abc.count(letter):,}", (62, limit - 7), color=INK, fontsize=9)
    curve.set_xlabel("percent of the products", color=MUTED)
    curve.set_ylabel("percent of the value", color=MUTED)
    cells = Counter(zip(facts.abc, facts.xyz, strict=True))
    values = np.zeros((3, 3))
    for letter, variation, value in zip(facts.abc, facts.xyz, facts.value, strict=True):
        values["ABC".index(letter), "XYZ".index(variation)] += value
    table.imshow(values / total, cmap="Blues", vmin=0, vmax=max(0.4, float(values.max() / total)))
    for row, letter in enumerate("ABC"):
        for column, variation in enumerate("XYZ"):
            dark = values[row, column] / total > 0.25
            text = f"{cells[letter, variation]:,}\n{values[row, column] / total:.0%}"
            table.text(column, row, text, ha="center", va="center", color="white" if dark else INK, fontsize=10)
    table.set_xticks(range(3), list("XYZ"))
    table.set_yticks(range(3), list("ABC"))
    table.grid(visible=False)
    table.set_title("products, and share of the value", fontsize=10, color=MUTED)
    save_sheet(figure, path)
    return "Left: how few products make most of the value. Right: products and value in each class."


@plain_figures()
def _groups(path: Path, facts: Facts, data: DataSettings) -> str:
    if not facts.clusters:
        return ""
    points = PCA(2, random_state=0).fit_transform(scaled(facts.features))
    figure, sheets = open_sheet(len(facts.clusters), height=3.9)
    some = _some(len(points))
    for axes, clusters in zip(sheets, facts.clusters, strict=True):
        for label in np.unique(clusters.labels):
            places = [place for place in some if clusters.labels[place] == label]
            colour = MUTED if label == NOISE else COLOURS[label % len(COLOURS)]
            name = "in no group" if label == NOISE else f"group {label + 1}"
            name = f"{name}: {int(np.sum(clusters.labels == label)):,}"
            axes.scatter(points[places, 0], points[places, 1], s=10, alpha=0.6, color=colour, label=name)
        how = f"stability {clusters.stability:.2f}" if clusters.count > 1 else "no groups"
        axes.set_title(f"{clusters.method}, {how}", fontsize=10, color=INK)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.legend(frameon=False, fontsize=8, loc="best")
    save_sheet(figure, path)
    return (
        "Products that behave alike, by their features, on the two directions in which they differ most. Stability "
        "is the adjusted Rand index of the groups of random parts of the products: 1 where the same products always "
        "come together, 0 by chance."
    )


@plain_figures()
def _histories(path: Path, facts: Facts, data: DataSettings) -> str:
    figure, (lengths, silent) = open_sheet(2, height=2.9)
    lengths.hist([len(whole.quantities) for whole in facts.series], bins=24, color=PALETTE[0])
    lengths.set_xlabel(f"{NOUNS[data.frequency]}s of history", color=MUTED)
    lengths.set_ylabel("products", color=MUTED)
    silent.hist([100 * float(np.mean(whole.quantities == 0)) for whole in facts.series], bins=24, color=PALETTE[1])
    silent.set_xlabel(f"percent of the {NOUNS[data.frequency]}s without a sale", color=MUTED)
    save_sheet(figure, path)
    return "How long products have been sold, and how often they are not."


Plot = Callable[[Path, Facts, DataSettings], str]
PLOTS: Mapping[str, tuple[str, Plot]] = {
    "over-time": ("Demand over time", plot_over_time),
    "demand-classes": ("How often and how evenly products sell", _demand_classes),
    "abc-xyz": ("Value and variation", _abc_xyz),
    "examples": ("Examples", plot_examples),
    "groups": ("Groups", _groups),
    "unusual": ("Unusual products", plot_unusual),
    "histories": ("Histories", _histories),
}


def _some(count: int) -> list[int]:
    """Return evenly spread places of at most MOST_POINTS series."""
    return sorted({round(place) for place in np.linspace(0, count - 1, min(count, MOST_POINTS))})
