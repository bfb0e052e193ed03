"""Demand: the rule of the stock plan: a method for each class, without learning."""

from collections.abc import Collection, Mapping, Sequence

from components.recipes.demand.classes.demand_class import ERRATIC, INTERMITTENT, LUMPY, NONE, SMOOTH
from components.recipes.demand.forecasters.rows import Rows

# What the plan leaves open has the method that Syntetos and Boylan's classes are made for.
BY_CLASS: Mapping[str, str] = {SMOOTH: "ets", ERRATIC: "theta", INTERMITTENT: "croston", LUMPY: "croston", NONE: "tsb"}
OUTLIERS = "foundation"  # of series with outliers, and LightGBM where no foundation model runs
RULE = "A and X: SARIMA; C and Z: TSB; outliers: the foundation model, else LightGBM; others by their demand class"


def choose_by_class(rows: Rows, methods: Collection[str], otherwise: str) -> list[str]:
    """Return the method for each row; `otherwise` where the rule names one that did not run."""
    facts = zip(rows.abc, rows.xyz, rows.outliers.tolist(), rows.classes, strict=True)
    return [_first([*_wanted(*of_row), otherwise], methods, otherwise) for of_row in facts]


def _wanted(abc: str, xyz: str, outliers: bool, kind: str) -> Sequence[str]:
    if (abc, xyz) == ("A", "X"):
        return ["sarima", "ets"]
    if (abc, xyz) == ("C", "Z"):
        return ["tsb"]
    return [OUTLIERS, "lightgbm", BY_CLASS[kind]] if outliers else [BY_CLASS[kind]]


def _first(wanted: Sequence[str], methods: Collection[str], otherwise: str) -> str:
    return next((name for name in wanted if name in methods), otherwise)
