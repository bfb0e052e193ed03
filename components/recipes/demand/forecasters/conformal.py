"""Demand: quantiles of any method, from the errors that it made at past origins on series of the same class.

Split conformal prediction with a group for each class (Vovk 2012, Mondrian), applied to each quantile (Romano,
Patterson, Candes, 2019: Conformalized quantile regression). statsforecast's conformal intervals refit each series for
each window and have two or three errors a series, too few for a 95 % level; here the errors of all series of a class
are one set, each divided by the deviation of its own history.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.recipes.demand.classes.demand_class import CLASSES
from components.recipes.demand.forecasters.rows import Array, Rows

GROUPS = (*CLASSES, "all")
FEWEST = 100  # errors for quantiles of their own, of a class or of a step; fewer use those of all
RECENT = 52  # periods of the history that the deviation is taken over


@dataclass(frozen=True)
class Offsets:
    """Of one method: what is added to its quantiles, (groups, horizon, levels), in deviations of the history."""

    values: Array

    def apply(self, base: Array, rows: Rows) -> Array:
        """Return (n, horizon, levels) quantiles, ascending and 0 or more, from a method's own (n, horizon, levels)."""
        groups = np.array([GROUPS.index(name) for name in rows.classes], dtype=np.int64)
        steps = np.minimum(np.arange(base.shape[1]), self.values.shape[1] - 1)
        added = self.values[groups][:, steps] * deviations(rows.histories)[:, None, None]
        return np.maximum(np.sort(base + added, axis=2), 0.0)


def deviations(histories: Sequence[Array]) -> Array:
    """Return (n,) the standard deviation of the last periods of each history; 0 for a constant one."""
    return np.array([history[-RECENT:].std() if len(history) else 0.0 for history in histories])


def fit_offsets(base: Array, rows: Rows, levels: Sequence[float]) -> Offsets:
    """Return the offsets under which each quantile held as often as it says at the rows' origins.

    Args:
        base: (n, horizon, levels) the method's quantiles, or its mean at each level.
        rows: with actuals; a step that is unknown is left out.
        levels: of the quantiles, ascending.
    """
    scales = deviations(rows.histories)
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = (rows.actuals[:, :, None] - base) / scales[:, None, None]
    errors[scales == 0] = np.nan
    classes = np.array(rows.classes)
    everyone = np.ones(len(rows), dtype=bool)
    of_all = _by_step(errors, everyone, levels, np.zeros((rows.horizon, len(levels))))
    groups = [_by_step(errors, classes == name, levels, of_all) for name in CLASSES]
    return Offsets(np.stack([*groups, of_all]))


def _by_step(
    errors: Array, members: "np.ndarray[tuple[int], np.dtype[np.bool_]]", levels: Sequence[float], otherwise: Array
) -> Array:
    """Return (horizon, levels): of each step where it has enough errors, else of all steps, else `otherwise`."""
    found = errors[members]
    pooled = found.reshape(-1, found.shape[2])
    pooled = pooled[np.isfinite(pooled).all(1)]
    if len(pooled) < FEWEST:
        return otherwise
    together = _quantiles(pooled, levels)
    steps = [step[np.isfinite(step).all(1)] for step in np.moveaxis(found, 1, 0)]
    return np.stack([_quantiles(step, levels) if len(step) >= FEWEST else together for step in steps])


def _quantiles(errors: Array, levels: Sequence[float]) -> Array:
    """Return (levels,) of errors (n, levels), each of its own column, by the rank that holds for a new error too."""
    ordered, n = np.sort(errors, axis=0), len(errors)
    ranks = [np.ceil((n + 1) * q) if q >= 0.5 else np.floor((n + 1) * q) for q in levels]
    places = np.clip(np.array(ranks, dtype=np.int64), 1, n) - 1
    return np.asarray(ordered[places, np.arange(len(levels))])
