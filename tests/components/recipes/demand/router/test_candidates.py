"""Tests: the policies of the candidates, made from past losses alone."""

from dataclasses import replace

import numpy as np

from components.recipes.demand.forecasters.past import past_forecasts
from components.recipes.demand.router.candidates import Learnt, bandit_against_router, make_policy, why_none
from tests.components.recipes.demand.settings import Log
from tests.components.recipes.demand.trained import config, snapshot

METHODS = ["naive", "moving-average", "tsb"]


def learnt() -> Learnt:
    settings = config({"methods": METHODS})
    past = past_forecasts(settings, snapshot(16).splits["train"], Log())
    return Learnt(past, (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975), 0.95, 4, 42)


def test_the_best_single_method_is_the_one_with_the_least_mean_loss() -> None:
    found = learnt()
    policy = make_policy("best-single", found)
    assert policy is not None
    assert policy.method == METHODS[int(np.nanmean(found.losses, axis=0).argmin())]


def test_a_method_can_be_a_candidate_by_its_own_name() -> None:
    policy = make_policy("tsb", learnt())
    assert policy is not None
    assert (policy.kind, policy.method) == ("single", "tsb")


def test_a_bandit_has_a_policy_only_where_it_beats_the_router_at_the_last_origin() -> None:
    found = learnt()
    ours, theirs = bandit_against_router(found)
    assert (make_policy("bandit", found) is not None) == (ours < theirs)
    assert f"the router's {theirs:.4g}" in why_none("bandit", found)


def test_with_one_past_origin_the_bandit_cannot_be_measured_and_is_no_version() -> None:
    found = learnt()
    single = replace(found.past.rows, folds=np.zeros_like(found.past.rows.folds))
    assert make_policy("bandit", replace(found, past=replace(found.past, rows=single))) is None
