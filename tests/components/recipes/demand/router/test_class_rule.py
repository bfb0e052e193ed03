"""Tests: the plan's rule of classes."""

from dataclasses import replace

import numpy as np
import pytest

from components.recipes.demand.forecasters.rows import Rows
from components.recipes.demand.router.class_rule import choose_by_class

EVERY = ("ets", "sarima", "croston", "tsb", "theta", "lightgbm", "foundation")
ONE = Rows(
    [np.ones(5)], np.zeros(1, int), np.ones((1, 2)), np.zeros(1, int), np.zeros(1, int), ("smooth",), ("B",), ("Y",),
    np.zeros(1, bool),
)  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "method"),
    [
        ({"abc": ("A",), "xyz": ("X",)}, "sarima"),
        ({"abc": ("C",), "xyz": ("Z",)}, "tsb"),
        ({"outliers": np.ones(1, bool)}, "foundation"),
        ({"classes": ("intermittent",)}, "croston"),
        ({"classes": ("none",)}, "tsb"),
        ({}, "ets"),
    ],
)
def test_a_class_has_its_method(fields: dict, method: str) -> None:
    assert choose_by_class(replace(ONE, **fields), EVERY, "naive") == [method]


def test_outliers_have_lightgbm_where_no_foundation_model_runs() -> None:
    outlier = replace(ONE, outliers=np.ones(1, bool))
    assert choose_by_class(outlier, ("ets", "lightgbm"), "naive") == ["lightgbm"]


def test_a_method_that_did_not_run_is_replaced_by_the_best_single_one() -> None:
    assert choose_by_class(ONE, ("naive", "theta"), "theta") == ["theta"]
