"""Demand: why a method was chosen for a product, in one sentence."""

from collections.abc import Sequence

import numpy as np

from components.recipes.demand.classes.demand_class import ERRATIC, INTERMITTENT, LUMPY, NONE, SMOOTH
from components.recipes.demand.forecasters.methods import ENSEMBLES, ZERO
from components.recipes.demand.forecasters.rows import Array, Rows
from components.recipes.demand.predict.version import Past, Version
from components.recipes.demand.router.class_rule import RULE
from components.recipes.demand.router.router import Features
from components.recipes.demand.series import NOUNS

LIKE = 10  # past forecasts of like products that a reason counts
TITLES = {
    **{"naive": "The last value", "seasonal-naive": "The season before", "moving-average": "The moving average"},
    **{"ets": "ETS", "sarima": "SARIMA", "croston": "Croston (SBA)", "tsb": "TSB", "adida": "ADIDA", "imapa": "IMAPA"},
    **{"theta": "Theta", "lightgbm": "LightGBM", "foundation": "The foundation model", ZERO: "The zero forecast"},
    **{ENSEMBLES[0]: "The mean of all methods", ENSEMBLES[1]: "The median of all methods"},
}


def reasons(version: Version, rows: Rows, chosen: Sequence[str], features: Features) -> list[str]:
    """Return a sentence for each row: the method, what the product is like, and how the method did on like ones."""
    wins = like_wins(version.past, features, chosen)
    noun = NOUNS[version.about["frequency"]]
    return [
        f"{TITLES[method]}, since {_demand(history, kind, noun)}; {_why(version, method, won)}."
        for method, history, kind, won in zip(chosen, rows.histories, rows.classes, wins, strict=True)
    ]


def like_wins(past: Past, features: Features, chosen: Sequence[str]) -> list[tuple[int, int] | None]:
    """Return of each row how often its method lost least among the most similar past forecasts, and how many these are.

    Features are brought to ranks of the past ones first, so that none counts more than another. None without a past, or
    for a method that is none of those that were compared there.
    """
    n = min(LIKE, len(past.losses))
    if n == 0:
        return [None] * len(chosen)
    nearest = np.asarray(past.tree.query(past.ranks(features), k=n)[1], dtype=np.int64).reshape(len(features), n)
    places = {name: place for place, name in enumerate(past.methods)}
    return [
        (int((past.winners[near] == places[name]).sum()), n) if name in places else None
        for near, name in zip(nearest, chosen, strict=True)
    ]


def _demand(history: Array, kind: str, noun: str) -> str:
    """Say what the demand is like."""
    share = float((history == 0).mean()) if len(history) else 1.0
    sells, empty = f"it sells in {1 - share:.0%} of the {noun}s", f"{share:.0%} of the {noun}s have no sale"
    return {
        SMOOTH: f"{sells} and sizes hardly vary",
        ERRATIC: f"{sells} in sizes that vary much",
        INTERMITTENT: f"{empty} and sizes hardly vary",
        LUMPY: f"{empty} and sizes vary much",
        NONE: "it has not sold yet",
    }[kind]


def _why(version: Version, method: str, won: tuple[int, int] | None) -> str:
    kind = version.policy.kind
    if kind == "rule":
        return f"by the rule of classes ({RULE})"
    if method == ZERO:
        return "it is the floor that a forecast must beat"
    if kind == "single":
        best = method == version.about["best"]
        told = "it lost least over all products in the past" if best else "this version uses it for all products"
        return told if won is None else f"{told}, and won {_of(won)} past folds of like products"
    told = "it is expected to lose least" if kind == "router" else "it did best for this class"
    if won is None:
        return told
    count = f"it won {_of(won)} past folds of like products"
    return count if won[0] else f"{told}, though {count}"  # a method may lose little everywhere and win nowhere


def _of(won: tuple[int, int]) -> str:
    return f"{won[0] or 'none'} of {won[1]}"
