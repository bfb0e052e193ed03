"""Tests: the plots of the report name candidates by their names."""

from base64 import b64decode
from urllib.parse import unquote

from components.recipes.failure_modes.evaluate.plots import pareto_plot

POINTS = {name: {"f1": value, "cost": 1 - value} for name, value in {"majority": 0.1, "linear-svm": 0.8}.items()}


def test_the_pareto_plot_names_each_candidate_in_its_legend_and_numbers_none() -> None:
    uri = pareto_plot(POINTS, [("f1", "cost"), ("cost", "f1")], {"f1": "F1", "cost": "cost"}, (("linear-svm",), "x"))
    svg = b64decode(uri.split(",", 1)[1]).decode() if ";base64" in uri else unquote(uri)
    assert svg.count(">majority<") == svg.count(">linear-svm<") == 1
    assert ">1<" not in svg
