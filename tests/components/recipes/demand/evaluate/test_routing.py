"""Tests: the sentence that says whether routing pays."""

from types import SimpleNamespace
from typing import Any

import pytest

from components.core.records import Comparison
from components.recipes.demand.evaluate.routing import Hindsight, routing_sentence

SUBJECTS: list[Any] = [
    SimpleNamespace(name="best-single", role="checkpoint", digest="single", title="best-single"),
    SimpleNamespace(name="router", role="checkpoint", digest="routed", title="router"),
]


def gap(low: float, high: float, ours: str = "routed", theirs: str = "single") -> Comparison:
    return Comparison("service_loss", ours, theirs, (low + high) / 2, low, high, 0.5, 100, None, "paired bootstrap")


def sentence(single: Comparison, hindsight: Comparison) -> str:
    return routing_sentence(SUBJECTS, [single], Hindsight("lightgbm", hindsight))


def test_routing_pays_only_where_the_router_beats_the_best_single_method_in_hindsight_too() -> None:
    better, open_ = gap(-0.2, -0.1), gap(-0.1, 0.1)
    assert sentence(better, better).startswith(
        "Routing pays here: the router is clearly better than best-single, lightgbm"
    )
    assert sentence(better, open_).startswith("It is not shown that routing pays here")
    assert "not told apart from lightgbm alone, the best single method here in hindsight" in sentence(better, open_)


def test_a_router_that_loses_does_not_pay() -> None:
    assert sentence(gap(0.1, 0.2), gap(-0.2, -0.1)).startswith("Routing does not pay here")


@pytest.mark.parametrize("pair", [("routed", "single"), ("single", "routed")])
def test_it_does_not_matter_which_of_a_pair_is_ours(pair: tuple[str, str]) -> None:
    ours = gap(-0.2, -0.1, *pair) if pair[0] == "routed" else gap(0.1, 0.2, *pair)
    assert (
        routing_sentence(SUBJECTS, [ours], None) == "Routing pays here: the router is clearly better than best-single."
    )


def test_without_a_router_there_is_nothing_to_say() -> None:
    assert routing_sentence(SUBJECTS[:1], [], None) == "There is no router among the candidates."
