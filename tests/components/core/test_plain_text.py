"""Tests: texts that are data are shown as they are."""

from pathlib import Path

import pytest
from matplotlib.figure import Figure

from components.core.plain_text import markdown, plain_figures, printable

CODE = [path for room in ("components", "registry", "flows", "deployments") for path in Path(room).rglob("*.py")]


@pytest.mark.parametrize("text", ["$20 #1 $30", "5$_$", "Gold $\\a$", "$\\frac{", "\u9ed2 \u20ac"])
def test_a_figure_shows_any_text(text: str, tmp_path: Path) -> None:
    with plain_figures():
        figure = Figure(figsize=(1, 1))
        axes = figure.add_subplot()
        axes.set_title(text)
        axes.set_yticks([0], [text])
        figure.savefig(tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 0


def test_every_module_that_draws_with_matplotlib_does_so_with_plain_figures() -> None:
    drawing = [path for path in CODE if "import Figure" in path.read_text(encoding="utf-8")]
    assert drawing
    assert all("@plain_figures()" in path.read_text(encoding="utf-8") for path in drawing)


def test_markup_in_a_text_is_escaped() -> None:
    assert markdown("a | <img src=x>\n# b") == r"a \| \<img src=x\> \# b"


def test_control_characters_do_not_reach_a_terminal() -> None:
    assert printable("a\x1b]0;title\x07 b\u2028\n\tc\ud800") == "a]0;title b\u2028\n\tc"
