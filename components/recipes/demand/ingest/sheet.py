"""Demand: figures in the manner of the project's other plots."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from components.core.plain_text import plain_figures
from components.data.plots import GRID, INK


@plain_figures()
def open_sheet(columns: int, rows: int = 1, height: float = 4.0) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(8.6, height), dpi=110, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    found = list(np.atleast_1d(figure.subplots(rows, columns)).ravel())
    for axes in found:
        axes.set_axisbelow(True)
        axes.tick_params(length=0, colors=INK, labelsize=9)
        axes.grid(color=GRID)
        for side in ("top", "right", "left", "bottom"):
            axes.spines[side].set_visible(False)
    return figure, found


def save_sheet(figure: Figure, path: Path) -> None:
    figure.savefig(path, format="png", metadata={"Software": None})
