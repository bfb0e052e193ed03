"""Demand: plots of all products over time, and of single ones, as PNG files."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.dates import date2num
from numpy.typing import NDArray

from components.core.plain_text import plain_figures
from components.data.plots import INK, MUTED, PALETTE
from components.recipes.demand.classes.demand_class import CLASSES
from components.recipes.demand.data_settings import DataSettings
from components.recipes.demand.ingest.facts import Facts
from components.recipes.demand.ingest.sheet import open_sheet, save_sheet
from components.recipes.demand.series import NOUNS, TEST, VALIDATION

SHOWN = 12  # products of each plot of single ones
LONGEST_TITLE = 24  # characters of an id


@plain_figures()
def plot_over_time(path: Path, facts: Facts, data: DataSettings) -> str:
    total = np.zeros(len(facts.dates))
    for whole in facts.series:
        total[whole.first :] += whole.quantities
    figure, (axes,) = open_sheet(1, height=3.4)
    days = _numbers(facts.dates)
    axes.xaxis_date()
    axes.plot(days, total, color=PALETTE[0], linewidth=1.4)
    for split, colour in ((VALIDATION, PALETTE[1]), (TEST, PALETTE[2])):
        end = len(total) - data.held_back[split]
        begin = end - data.forecast_periods[split]
        if begin > 0:
            axes.axvspan(days[begin], days[end - 1], color=colour, alpha=0.18, label=f"forecast by {split}")
    for place, hole in enumerate(facts.holes):
        label = "no row at all, filled" if place == 0 else None
        axes.axvline(days[hole], color=PALETTE[3], linestyle=":", linewidth=1.2, label=label)
    axes.set_ylim(bottom=0)
    axes.set_ylabel(f"pieces a {NOUNS[data.frequency]}", color=MUTED)
    axes.legend(frameon=False, loc="lower left", fontsize=9)
    save_sheet(figure, path)
    return "All products together. What is shaded is held back: the validation chooses, the test is scored once."


@plain_figures()
def plot_examples(path: Path, facts: Facts, data: DataSettings) -> str:
    """Plot the products with the highest value of each class."""
    by_value = np.argsort(-facts.value, kind="stable")
    kinds = [name for name in CLASSES if name in facts.demand_class]
    each = -(-SHOWN // max(1, len(kinds)))
    places = [p for name in kinds for p in [p for p in by_value if facts.demand_class[p] == name][:each]][:SHOWN]
    _series(path, facts, [(place, facts.demand_class[place]) for place in places])
    return "The products with the highest value of each class. Red dots are marked as outliers."


@plain_figures()
def plot_unusual(path: Path, facts: Facts, data: DataSettings) -> str:
    if not facts.anomalies:
        return ""
    names = [(found.place, found.feature.replace("_", " ")) for found in facts.anomalies[:SHOWN]]
    _series(path, facts, names)
    return "The products that are least like the others (isolation forest); the table below says why."


def _numbers(dates: pd.DatetimeIndex) -> NDArray[np.float64]:
    """Return dates as matplotlib's numbers."""
    return np.asarray(date2num(dates), dtype=np.float64)  # type: ignore[no-untyped-call]


def _series(path: Path, facts: Facts, places: Sequence[tuple[int, str]]) -> None:
    columns = 3
    rows = -(-len(places) // columns)
    figure, sheets = open_sheet(columns, rows, height=1.6 * rows)
    ends = [float(at) for at in _numbers(facts.dates)[[0, -1]]]
    for axes, (place, note) in zip(sheets, places, strict=False):
        days, quantities = _numbers(facts.dates_of(place)), facts.series[place].quantities
        axes.plot(days, quantities, color=PALETTE[0], linewidth=0.9)
        marked = list(facts.outliers[place])
        axes.scatter(days[marked], quantities[marked], color="#c0392b", s=14, zorder=3)
        axes.set_title(f"{facts.series[place].id[:LONGEST_TITLE]}: {note}", fontsize=9, color=INK, loc="left")
        axes.set_xlim(ends[0], ends[1])
        axes.set_ylim(bottom=0)
        axes.tick_params(labelsize=7)
        axes.locator_params(axis="y", nbins=3)
        first, last = axes.set_xticks(ends, [str(facts.dates[at].date()) for at in (0, -1)])
        first.label1.set_horizontalalignment("left")
        last.label1.set_horizontalalignment("right")
    for axes in sheets[len(places) :]:
        axes.set_visible(False)
    save_sheet(figure, path)
