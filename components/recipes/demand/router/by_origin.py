"""Demand: the regret of a router that learns as a bandit does: from the origins before, one after the other."""

from collections.abc import Sequence

import numpy as np

from components.recipes.demand.forecasters.rows import Array, Ints
from components.recipes.demand.router.router import Features, fit_router

FEWEST = 2  # forecasts to learn from


def router_regrets(losses: Array, features: Features, folds: Ints, methods: Sequence[str], seed: int) -> Array:
    """Return (n,) regrets in the order of the origins.

    At each origin the router is one that was fitted to all origins before it, where it saw the losses of every method;
    a bandit sees only those of methods that it took. At the first origin nothing is learnt: it has the mean regret.

    Args:
        losses: (n, methods), finite.
        features: (n, features) of the histories.
        folds: (n,) the place of each row's origin.
        methods: names of the columns.
        seed: of the routers.
    """
    regrets = losses.mean(1) - losses.min(1, initial=np.inf)
    for fold in np.unique(folds)[1:].tolist():
        before, then = np.flatnonzero(folds < fold), np.flatnonzero(folds == fold)
        if len(before) < FEWEST:
            continue
        chosen = fit_router(features[before], losses[before], methods, seed).choose(features[then])
        places = [list(methods).index(name) for name in chosen]
        regrets[then] = losses[then, places] - losses[then].min(1)
    return np.asarray(regrets[np.argsort(folds, kind="stable")])
