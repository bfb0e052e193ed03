"""Tests: the plots of the report name candidates by their names."""

import re
from base64 import b64decode
from urllib.parse import unquote

from components.recipes.failure_modes.evaluate.plots import far_from_best, pareto_plot

POINTS = {name: {"f1": value, "cost": 1 - value} for name, value in {"majority": 0.1, "linear-svm": 0.8}.items()}


def test_the_pareto_plot_names_each_candidate_in_its_legend_and_numbers_none() -> None:
    uri = pareto_plot(POINTS, [("f1", "cost"), ("cost", "f1")], {"f1": "F1", "cost": "cost"}, (("linear-svm",), "x"))
    svg = b64decode(uri.split(",", 1)[1]).decode() if ";base64" in uri else unquote(uri)
    assert svg.count(">majority<") == svg.count(">linear-svm<") == 1
    assert ">1<" not in svg


def test_a_candidate_far_from_the_best_does_not_squeeze_the_others_into_one_spot() -> None:
    points = {name: {"f1": f1, "mcc": f1} for name, f1 in {"majority": 0.1, "svm": 0.8, "voting": 0.81}.items()}
    assert far_from_best(points, "f1") == ["majority"]
    assert far_from_best(POINTS, "f1") == []  # without two others there is nothing to tell apart
    uri = pareto_plot(points, [("mcc", "f1")], {"f1": "F1", "mcc": "MCC"}, (("voting",), "voting"))
    svg = b64decode(uri.split(",", 1)[1]).decode() if ";base64" in uri else unquote(uri)
    assert all(float(label) > 0.75 for label in re.findall(r">(0\.\d+)<", svg))
