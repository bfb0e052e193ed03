"""Tests: policies: what each needs, how it chooses, and that it reads back as it was written."""

import numpy as np
import pytest

from components.recipes.demand.router.policy import Policy, choose, picked, policy_of
from tests.components.recipes.demand.router.test_class_rule import ONE

METHODS = ("ets", "theta")
FEATURES = np.zeros((1, 3), dtype=np.float32)


def test_an_ensemble_needs_all_methods_a_single_one_itself_and_zero_none() -> None:
    needed = {name: Policy("x", "single", name, METHODS).needed for name in ("mean-ensemble", "ets", "zero")}
    assert needed == {"mean-ensemble": METHODS, "ets": ("ets",), "zero": ()}
    assert Policy("bandit", "bandit", "ets", METHODS, {"smooth": "theta"}).needed == ("theta", "ets")


def test_a_bandit_takes_the_method_of_the_class_and_else_the_best_single_one() -> None:
    for choices, method in (({"smooth": "theta"}, "theta"), ({"lumpy": "theta"}, "ets")):
        assert choose(Policy("bandit", "bandit", "ets", METHODS, choices), None, ONE, FEATURES) == [method]


def test_a_single_method_is_always_chosen() -> None:
    assert choose(Policy("x", "single", "ets", METHODS), None, ONE, FEATURES) == ["ets"]


def test_a_router_without_its_booster_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="needs its booster"):
        choose(Policy("router", "router", "ets", METHODS), None, ONE, FEATURES)


def test_a_policy_reads_back_as_it_was_written() -> None:
    policy = Policy("bandit", "bandit", "ets", METHODS, {"smooth": "theta"})
    assert policy_of(policy.as_json()) == policy


def test_the_forecast_of_the_chosen_method_is_picked_in_each_row() -> None:
    found = {"a": np.zeros((3, 2)), "b": np.ones((3, 2))}
    assert picked(found, ["b", "a", "b"])[:, 0].tolist() == [1.0, 0.0, 1.0]
