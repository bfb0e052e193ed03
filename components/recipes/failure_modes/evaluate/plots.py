"""Failure modes: the plots of the report, as SVG in data URIs."""

import io
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from components.core.plain_text import plain_figures
from components.evaluation.report.curves import GRID, MUTED, STEPS, SVG
from components.evaluation.report.data_uris import encode_data_uri
from components.recipes.failure_modes.evaluate.findings import Coverage

FRONT, KNEE, BEFORE = STEPS, "#b01e28", "#9a5b00"
SIGNS = "os^DvPX*hp"
FAR = 0.5  # of the best score
LEAST_MARGIN = 0.01  # of an axis: candidates that are equal need some room
Points = Mapping[str, Mapping[str, float]]  # candidate -> score -> value


@plain_figures()
def pareto_plot(points: Points, pairs: Sequence[tuple[str, str]], titles: Mapping[str, str], marks: Any) -> str:
    """Return a panel for each pair of scores; `marks` are the names on the front, and the name of the knee.

    Each candidate has a sign of its own, which the legend names: names beside points would cover each other. One that
    is far from the best is drawn hollow, at the edge: in its distance the others would be one spot.
    """
    front, knee = marks
    far = far_from_best(points, pairs[0][1])
    figure = _sheet(4.2 * len(pairs), 4.6)
    for axes, pair in zip(np.atleast_1d(figure.subplots(1, len(pairs))), pairs, strict=True):
        floor = [_floor([scores[name] for of, scores in points.items() if of not in far]) for name in pair]
        for sign, (name, scores) in zip(cycle(SIGNS), points.items(), strict=False):
            colour = KNEE if name == knee else FRONT if name in front else MUTED
            place = [[max(scores[score], low)] for score, low in zip(pair, floor, strict=True)]
            look = {"facecolors": "none", "edgecolors": colour} if name in far else {"color": colour, "alpha": 0.85}
            axes.scatter(*place, s=52, marker=sign, zorder=3, clip_on=False, label=name, **look)
        line = sorted((points[name][pair[0]], points[name][pair[1]]) for name in front)
        axes.plot(*zip(*line, strict=True), color=FRONT, lw=1, ls="--", alpha=0.6) if line else None
        if far:
            axes.set(xlim=(floor[0], None), ylim=(floor[1], None))
        _label(axes, *(titles[name] for name in pair))
    signs, names = figure.axes[0].get_legend_handles_labels()
    figure.legend(signs, names, loc="outside lower left", ncols=2 * len(pairs), frameon=False, fontsize=8)
    return _uri(figure)


def far_from_best(points: Points, score: str) -> list[str]:
    """Return the candidates with less than half of the best score, if at least two others are left to be seen."""
    best = max((scores[score] for scores in points.values()), default=0.0)
    far = [name for name, scores in points.items() if scores[score] < FAR * best]
    return far if len(points) - len(far) > 1 else []


def _floor(values: Sequence[float]) -> float:
    """Return where an axis begins: below the values by a quarter of their range."""
    return min(values) - max(0.25 * (max(values) - min(values)), LEAST_MARGIN)


@plain_figures()
def reliability_plot(states: Mapping[str, Any]) -> str:
    """Return accuracy against confidence before and after calibration; on the diagonal both are equal."""
    figure = _sheet(4.6, 4.0)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=MUTED, lw=1, ls=":")
    for state, colour in (("before", BEFORE), ("after", STEPS)):
        bins = states[state]["bins"] if state in states else []
        sizes = [18 + 160 * b["n"] / max(1, sum(c["n"] for c in bins)) for b in bins]
        confidences, right = [b["confidence"] for b in bins], [b["accuracy"] for b in bins]
        axes.plot(confidences, right, color=colour, lw=1.2, alpha=0.7)
        axes.scatter(confidences, right, s=sizes, color=colour, label=f"{state} calibration", zorder=3)
    axes.legend(frameon=False, fontsize=9)
    _label(axes, "confidence", "accuracy")
    return _uri(figure)


@plain_figures()
def coverage_plot(found: Sequence[Coverage], chosen: Coverage, precision: float) -> str:
    """Return accuracy of the answers against the share that is answered, with 95 % bands."""
    figure = _sheet(4.6, 4.0)
    axes = figure.subplots()
    known = [(c.share.value, c.right) for c in found if c.right is not None]
    shares = [share for share, _ in known]
    axes.plot(shares, [right.value for _, right in known], color=STEPS, lw=1.5)
    lows, highs = [right.low for _, right in known], [right.high for _, right in known]
    axes.fill_between(shares, np.clip(lows, 0, 1), np.clip(highs, 0, 1), color=STEPS, alpha=0.15, lw=0)
    axes.axhline(precision, color=MUTED, lw=1, ls=":")
    if chosen.right is not None:
        axes.scatter([chosen.share.value], [chosen.right.value], color=KNEE, s=50, zorder=3, label="its threshold")
        axes.legend(frameon=False, fontsize=9)
    _label(axes, "share answered without a person", "share of answers that is right")
    return _uri(figure)


def _sheet(width: float, height: float) -> Figure:
    return Figure(figsize=(width, height), layout="constrained")


def _label(axes: Axes, x: str, y: str) -> None:
    axes.set_xlabel(x, color=MUTED, fontsize=9)
    axes.set_ylabel(y, color=MUTED, fontsize=9)
    axes.grid(color=GRID, lw=0.8)
    axes.set_axisbelow(True)
    axes.locator_params(nbins=6)
    axes.tick_params(colors=MUTED, length=0, labelsize=9)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _uri(figure: Figure) -> str:
    figure.patch.set_facecolor("white")
    with mpl.rc_context(SVG):
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return encode_data_uri(buffer.getvalue().encode(), "image/svg+xml")
