"""Demand: the plots of the report, as SVG in data URIs."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from components.core.plain_text import plain_figures
from components.core.records import Score
from components.evaluation.report.curves import GRID, INK, MUTED, STEPS, SVG
from components.evaluation.report.data_uris import encode_data_uri
from components.recipes.demand.forecasters.rows import Array

ACTUAL, PAST, OTHER = "#b01e28", "#57606a", "#9a5b00"
SHOWN_PAST = 40  # periods of the history before a forecast


@plain_figures()
def regret_plot(candidates: Mapping[str, Score], methods: Mapping[str, Score]) -> str:
    """Return the regret of each candidate and of each method with its interval; the oracle is 0."""
    rows = sorted(
        [(s, n, STEPS) for n, s in candidates.items()] + [(s, n, OTHER) for n, s in methods.items()],
        key=lambda row: row[0].value,
        reverse=True,
    )
    figure = Figure(figsize=(7.2, 0.7 + 0.27 * len(rows)), layout="constrained")
    axes = figure.subplots()
    for place, (score, _, colour) in enumerate(rows):
        low, high = max(score.value - score.low, 0), max(score.high - score.value, 0)
        axes.errorbar([score.value], [place], xerr=[[low], [high]], fmt="o", color=colour, ms=4, capsize=3, lw=1.3)
    axes.set_yticks(range(len(rows)), [name for _, name, _ in rows])
    axes.set_xscale("symlog", linthresh=max(0.02, 2 * min(score.value for score, _, _ in rows)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.axvline(0, color=MUTED, lw=1, ls=":")
    axes.set_xlim(left=0)
    _label(axes, "regret: service loss above the oracle's (blue: candidates, brown: single methods)", "")
    return _uri(figure)


@plain_figures()
def forecasts_plot(found: Sequence[Mapping[str, Any]], columns: int = 4) -> str:
    """Return a panel for each forecast: the history, the actual demand, the forecast and its 80 and 95 % intervals."""
    count = max(1, -(-len(found) // columns))
    figure = Figure(figsize=(3.1 * columns, 1.95 * count), layout="constrained")
    every = list(np.atleast_1d(figure.subplots(count, columns, squeeze=False)).flat)
    for axes, one in zip(every, found, strict=False):
        _forecast(axes, one)
    for axes in every[len(found) :]:
        axes.set_axis_off()
    return _uri(figure)


def _forecast(axes: Axes, one: Mapping[str, Any]) -> None:
    past = np.asarray(one["history"])[-SHOWN_PAST:]
    steps = np.arange(1, len(one["mean"]) + 1)
    axes.plot(np.arange(1 - len(past), 1), past, color=PAST, lw=0.9)
    axes.fill_between(steps, one["low_95"], one["high_95"], color=STEPS, alpha=0.15, lw=0)
    axes.fill_between(steps, one["low_80"], one["high_80"], color=STEPS, alpha=0.25, lw=0)
    axes.plot(steps, one["mean"], color=STEPS, lw=1.6)
    axes.plot(steps, one["actual"], color=ACTUAL, lw=0, marker="o", ms=2.6)
    axes.set_title(f"{one['id']}  {one['class']}  {one['method']}"[:44], fontsize=8, color=INK)
    axes.set_ylim(bottom=0)
    _label(axes, "", "")
    axes.tick_params(labelsize=7)


@plain_figures()
def bandit_plot(curves: Mapping[str, Array]) -> str:
    """Return the cumulated regret of each way to choose over the replayed forecasts."""
    figure = Figure(figsize=(6.4, 3.4), layout="constrained")
    axes = figure.subplots()
    for (name, curve), colour in zip(curves.items(), (STEPS, MUTED, OTHER, ACTUAL), strict=False):
        axes.plot(np.arange(1, len(curve) + 1), curve, color=colour, lw=1.5, label=name)
    axes.legend(frameon=False, fontsize=9)
    _label(axes, "past forecasts, in the order of their origins", "cumulated regret")
    return _uri(figure)


def _label(axes: Axes, x: str, y: str) -> None:
    axes.set_xlabel(x, color=MUTED, fontsize=9)
    axes.set_ylabel(y, color=MUTED, fontsize=9)
    axes.grid(color=GRID, lw=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=MUTED, length=0, labelsize=9)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _uri(figure: Figure) -> str:
    figure.patch.set_facecolor("white")
    with mpl.rc_context(SVG):
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return encode_data_uri(buffer.getvalue().encode(), "image/svg+xml")
