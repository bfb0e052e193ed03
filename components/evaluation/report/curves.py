"""Evaluation: plots of each score over the steps with its 95 % band, the base model and real examples."""

import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from components.core.plain_text import plain_figures
from components.core.records import Score
from components.evaluation.report.data_uris import encode_data_uri
from components.evaluation.report.far_away import far_away
from components.evaluation.report.formatting import direction, format_score, is_finite, is_share, title
from components.evaluation.report.inputs import ReportInputs
from components.evaluation.report.markdown import main_scores
from components.evaluation.subjects import Subject

STEPS, BASE_LINE, PRODUCTION, REAL = "#1f6feb", "#9a5b00", "#8250df", "#57606a"
INK, MUTED, GRID = "#1f2328", "#59636e", "#dde2e8"
# The colour on a dark page for each colour on a light one.
DARK: Mapping[str, str] = {
    STEPS: "#79b0ff",
    BASE_LINE: "#e3a14f",
    PRODUCTION: "#c4a2ff",
    REAL: "#a7b0ba",
    INK: "#e6eaef",
    MUTED: "#9aa5b1",
    GRID: "#2c343d",
}
Level = tuple[str, str, str]  # colour, line style, name
BASE_LEVEL: Level = (BASE_LINE, "--", "base model")
PRODUCTION_LEVEL: Level = (PRODUCTION, "-.", "production of another training")
UP, DOWN = "\N{UPWARDS ARROW}", "\N{DOWNWARDS ARROW}"
COLUMNS = 3  # of the PNG
PANEL, LEFT, FOOT = (4.6, 2.85), 0.6, 0.45  # inches: of one curve with its texts, its labels, and the legend
NAMES = 0.95  # inches below a panel for the names of candidates, which stand at a slant
SVG: Any = {"svg.fonttype": "none", "svg.hashsalt": "atelier"}  # text stays text; ids are the same every time


@dataclass(frozen=True)
class Curve:
    """A score over the steps: an SVG for light and one for dark pages, as data URIs, and their alternative text."""

    metric: str
    light: str
    dark: str
    alt: str


def curves_of(inputs: ReportInputs) -> list[Curve]:
    """Return a curve of every score that is finite for at least two checkpoints, the primary scores first."""
    return [_curve(inputs, metric) for metric in inputs.measured if len(_points(inputs, metric)) > 1]


@plain_figures()
def save_curves(inputs: ReportInputs, path: Path) -> None:
    """Save the curves of the main scores as one PNG, the primary scores first."""
    metrics = [metric for metric in main_scores(inputs) if _points(inputs, metric)] or inputs.measured[:1]
    rows, columns = max(1, -(-len(metrics) // COLUMNS)), min(COLUMNS, max(1, len(metrics)))
    figure = _sheet(columns, rows, inputs.named, dpi=110)
    every = list(figure.subplots(rows, columns, squeeze=False).flat)
    for axes, metric in zip(every, metrics, strict=False):
        plot_score(axes, inputs, metric)
    for axes in every[len(metrics) :]:
        axes.set_axis_off()
    _legend(figure, 4 if columns > 1 else 2)
    figure.savefig(path, metadata={"Software": None})


def _sheet(columns: int, rows: int, named: bool, dpi: int = 100) -> Figure:
    """Return a figure with fixed margins in inches: a layout that measures every text takes longer than the plots."""
    below = NAMES if named else 0.0
    width, height = PANEL[0] * columns, (PANEL[1] + below) * rows + FOOT
    figure = Figure(figsize=(width, height), dpi=dpi)
    margins = {
        "left": LEFT / width,
        "right": 1 - 0.1 / width,
        "bottom": (FOOT + 0.45 + below) / height,
        "top": 1 - 0.3 / height,
    }
    gaps = {"wspace": LEFT / (PANEL[0] - LEFT), "hspace": (0.85 + below) / (PANEL[1] - 0.85)}
    figure.subplots_adjust(**margins, **gaps)
    return figure


@plain_figures()
def _curve(inputs: ReportInputs, metric: str) -> Curve:
    figure = _sheet(1, 1, inputs.named)
    plot_score(figure.subplots(), inputs, metric)
    _legend(figure, 2)
    with mpl.rc_context(SVG):
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    light = dark = buffer.getvalue()
    for colour, instead in DARK.items():
        dark = dark.replace(colour, instead)
    uris = [encode_data_uri(svg.encode(), "image/svg+xml") for svg in (light, dark)]
    return Curve(metric, uris[0], uris[1], _alt(inputs, metric))


def plot_score(axes: Axes, inputs: ReportInputs, metric: str) -> None:
    """Plot one score over the steps, in its own range, with the base model and real examples as lines."""
    points = _points(inputs, metric)
    far = far_away([score.value for _, score in points]) if inputs.named else []
    _write_far(axes, inputs, metric, [points[k] for k in far])
    points = [point for k, point in enumerate(points) if k not in far]
    steps, scores = [subject.step for subject, _ in points], [score for _, score in points]
    values = [score.value for score in scores]
    lows = [_bound(score.low, score.value, min) for score in scores]
    highs = [_bound(score.high, score.value, max) for score in scores]
    if not inputs.named:
        axes.fill_between(steps, lows, highs, color=STEPS, alpha=0.14, lw=0)
    reach = [
        [v - low for v, low in zip(values, lows, strict=True)],
        [h - v for v, h in zip(values, highs, strict=True)],
    ]
    line = "o" if inputs.named else "o-"  # no line leads from one candidate to the next
    axes.errorbar(
        steps, values, yerr=reach, fmt=line, color=STEPS, ms=4, capsize=3, lw=1.6, elinewidth=1, label="checkpoints"
    )
    _mark_production(axes, points)
    _lines(axes, inputs, metric)
    _label_axes(axes, inputs, metric, [subject.step for subject, _ in _points(inputs, metric)])


def _write_far(axes: Axes, inputs: ReportInputs, metric: str, points: Sequence[tuple[Subject[Any], Score]]) -> None:
    """Write the values of candidates that are far away at the edge that they are behind."""
    near = [score.value for subject, score in _points(inputs, metric) if (subject, score) not in points]
    for subject, score in points:
        up = score.value > max(near)
        text = f"{_number(inputs, metric, score.value)} {UP if up else DOWN}"
        height, edge = (0.97, "top") if up else (0.03, "bottom")
        place = axes.get_xaxis_transform()
        axes.text(subject.step, height, text, transform=place, color=STEPS, fontsize=8, ha="center", va=edge)
        axes.update_datalim([(subject.step, near[0])])


def _lines(axes: Axes, inputs: ReportInputs, metric: str) -> None:
    """Plot horizontal lines: the base model, production of another training, and real examples, which have no step.

    A line far outside the checkpoints would flatten their curve: its value is written at the edge that it is behind.
    """
    low, high = axes.get_ylim()
    above: list[tuple[str, str]] = []
    below: list[tuple[str, str]] = []
    for value, (colour, style, name) in _levels(inputs, metric):
        if low - (high - low) / 2 <= value <= high + (high - low) / 2:
            axes.axhline(value, color=colour, ls=style, lw=1.3, label=name)
        else:
            (above if value > high else below).append((f"{name} {_number(inputs, metric, value)}", colour))
    for row, (text, colour) in enumerate(above):
        _write(axes, 0.97 - 0.09 * row, f"{text} {UP}", colour)
    for row, (text, colour) in enumerate(below):
        _write(axes, 0.03 + 0.09 * row, f"{text} {DOWN}", colour)


def _write(axes: Axes, height: float, text: str, colour: str) -> None:
    """Write a text at the right edge, at a height from 0 to 1."""
    edge = "top" if height > 0.5 else "bottom"
    axes.text(0.98, height, text, transform=axes.transAxes, color=colour, fontsize=9, ha="right", va=edge)


def _levels(inputs: ReportInputs, metric: str) -> Iterator[tuple[float, Level]]:
    """Yield the value of each line that the score has."""
    for role, level in (("base", BASE_LEVEL), ("production", PRODUCTION_LEVEL)):
        scores = [s.card.scores[metric].value for s in inputs.subjects if s.role == role and metric in s.card.scores]
        yield from ((value, level) for value in filter(is_finite, scores[:1]))
    floors = [s.card.scores[metric].floor for s in inputs.subjects if metric in s.card.scores]
    floor = next((floor for floor in floors if floor is not None and is_finite(floor)), None)
    if floor is not None:
        yield floor, (REAL, ":", f"real {inputs.noun.many}")


def _number(inputs: ReportInputs, metric: str, value: float) -> str:
    return f"{100 * value:.3g} %" if is_share(metric, inputs.metrics) else f"{value:.3g}"


def _mark_production(axes: Axes, points: Sequence[tuple[Subject[Any], Score]]) -> None:
    """Ring the checkpoint that is in production."""
    for subject, score in points:
        if subject.promoted:
            ring = axes.plot([subject.step], [score.value], "o", mfc="none", mec=PRODUCTION, mew=1.8, ms=10)
            ring[0].set_label("in production")


def _label_axes(axes: Axes, inputs: ReportInputs, metric: str, steps: list[int]) -> None:
    axes.set_title(
        f"{title(metric, inputs.metrics)}, {direction(metric, inputs.metrics)}", fontsize=10.5, color=INK, loc="left"
    )
    if inputs.named:
        names = [subject.title for subject, _ in _points(inputs, metric)]
        axes.set_xticks(steps, names, rotation=65, ha="right", rotation_mode="anchor")
    else:
        axes.set_xlabel("step", color=MUTED, fontsize=9)
        axes.set_xticks(steps[:: max(1, len(steps) // 6)])
    if is_share(metric, inputs.metrics):
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.margins(x=0.12 if inputs.named else None, y=0.1)
    axes.grid(color=GRID, lw=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=MUTED, length=0, labelsize=9)
    axes.tick_params(axis="x", labelsize=8 if inputs.named else 9)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _legend(figure: Figure, columns: int) -> None:
    lines = {label: line for axes in figure.axes for line, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    if lines:
        legend = figure.legend(lines.values(), lines.keys(), loc="lower left", ncols=columns, frameon=False, fontsize=9)
        for text in legend.get_texts():
            text.set_color(MUTED)


def _points(inputs: ReportInputs, metric: str) -> list[tuple[Subject[Any], Score]]:
    trained = [s for s in inputs.subjects if s.role == "checkpoint" and metric in s.card.scores]
    points = [(subject, subject.card.scores[metric]) for subject in trained]
    return sorted((p for p in points if is_finite(p[1].value)), key=lambda p: p[0].step)


def _bound(bound: float, value: float, outer: Callable[[float, float], float]) -> float:
    """Return a bound that can be plotted: the value itself if the bound is infinite or on its wrong side."""
    return outer(bound, value) if math.isfinite(bound) else value


def _alt(inputs: ReportInputs, metric: str) -> str:
    across = "by candidate" if inputs.named else "over the steps"
    points = [
        f"{subject.title} {' ('.join(format_score(metric, score, inputs.metrics))})"
        for subject, score in _points(inputs, metric)
    ]
    return f"{title(metric, inputs.metrics)} {across}, {direction(metric, inputs.metrics)}: {', '.join(points)}."
