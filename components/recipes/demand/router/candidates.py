"""Demand: makes the policy of each candidate from what the methods lost at past origins."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from components.core.seeds import derive_seed
from components.recipes.demand.classes.features import feature_table
from components.recipes.demand.forecasters.past import PastForecasts
from components.recipes.demand.forecasters.rows import Array
from components.recipes.demand.router.bandit import replay
from components.recipes.demand.router.losses import service_losses
from components.recipes.demand.router.policy import Policy
from components.recipes.demand.router.router import Features, Router, fit_router
from components.recipes.demand.train_settings import BANDIT, MEAN, MEDIAN, ROUTER, RULE, SINGLE, ZERO


@dataclass(frozen=True)
class Learnt:
    """What candidates are made from: the past forecasts with their losses (n, methods) and features."""

    past: PastForecasts
    levels: Sequence[float]
    service_level: float
    season: int
    seed: int

    @cached_property
    def losses(self) -> Array:
        found = {name: self.past.quantiles[name] for name in self.past.methods}
        return service_losses(found, self.past.rows, self.levels, self.service_level)

    @cached_property
    def features(self) -> Features:
        return feature_table(self.past.rows.histories, self.season).astype(np.float32)

    @cached_property
    def best(self) -> str:
        """The method with the least mean loss at past origins."""
        return self.past.methods[int(np.nanmean(self.losses, axis=0).argmin())]

    @cached_property
    def router(self) -> Router:
        return fit_router(self.features, self.losses, self.past.methods, derive_seed(self.seed, ROUTER))

    @cached_property
    def known(self) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        return np.asarray(np.isfinite(self.losses).all(1))


def make_policy(name: str, learnt: Learnt) -> Policy | None:
    """Return the policy of a candidate; None for a bandit that does no better than the router."""
    return _MAKE.get(name, _single(name))(name, learnt)


def why_none(name: str, learnt: Learnt) -> str:
    """Return why a candidate has no policy."""
    theirs = bandit_against_router(learnt)
    return f"its loss at the last past origin was {theirs[0]:.4g}, and the router's {theirs[1]:.4g}: it is no version"


def bandit_against_router(learnt: Learnt) -> tuple[float, float]:
    """Return the losses of both at the last past origin, each learnt from the origins before; NaN without any."""
    folds, rows = learnt.past.rows.folds, learnt.past.rows
    last = int(folds.max())
    before, then = np.flatnonzero((folds < last) & learnt.known), np.flatnonzero((folds == last) & learnt.known)
    if len(before) < 2 or not len(then):
        return float("nan"), float("nan")
    methods, losses = learnt.past.methods, learnt.losses
    classes = [rows.classes[k] for k in before.tolist()]
    choices = replay(losses[before], classes, folds[before], methods, derive_seed(learnt.seed, BANDIT)).choices
    router = fit_router(learnt.features[before], losses[before], methods, derive_seed(learnt.seed, ROUTER))
    ours = [choices.get(rows.classes[k], learnt.best) for k in then.tolist()]
    theirs = router.choose(learnt.features[then])
    return tuple(
        float(np.mean([losses[k, methods.index(m)] for k, m in zip(then.tolist(), names, strict=True)]))
        for names in (ours, theirs)
    )  # type: ignore[return-value]


def _single(method: str) -> Callable[[str, Learnt], Policy]:
    return lambda name, learnt: Policy(name, "single", method, learnt.past.methods)


def _best_single(name: str, learnt: Learnt) -> Policy:
    return Policy(name, "single", learnt.best, learnt.past.methods)


def _rule(name: str, learnt: Learnt) -> Policy:
    return Policy(name, "rule", learnt.best, learnt.past.methods)


def _router(name: str, learnt: Learnt) -> Policy:
    return Policy(name, "router", learnt.best, learnt.past.methods)


def _bandit(name: str, learnt: Learnt) -> Policy | None:
    ours, theirs = bandit_against_router(learnt)
    if not ours < theirs:
        return None
    rows, known = learnt.past.rows, np.flatnonzero(learnt.known)
    classes = [rows.classes[k] for k in known.tolist()]
    seed = derive_seed(learnt.seed, BANDIT)
    found = replay(learnt.losses[known], classes, rows.folds[known], learnt.past.methods, seed)
    return Policy(name, "bandit", learnt.best, learnt.past.methods, found.choices)


_MAKE: Mapping[str, Callable[[str, Learnt], Policy | None]] = {
    ZERO: _single(ZERO),
    SINGLE: _best_single,
    MEAN: _single(MEAN),
    MEDIAN: _single(MEDIAN),
    RULE: _rule,
    ROUTER: _router,
    BANDIT: _bandit,
}
