"""Product attributes: the scores of generated rows against real ones: of single rows, and resampled ones of the set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from components.core.records import Comparison, Score
from components.core.seeds import derive_seed
from components.evaluation.subjects import Subject
from components.metrics import comparison
from components.metrics.closest_record import closest_distances
from components.metrics.comparison import NORMAL, Pair
from components.metrics.total_variation import kolmogorov_smirnov, total_variation
from components.metrics.two_samples import c2st, fit_boosted_trees, pooled, tell_apart
from components.recipes.product_attributes.evaluate.tables import Array, Reference, Table
from components.recipes.product_attributes.scores import C2ST, PAIRS, SCORES

RESAMPLES = 300  # give a standard error to 4 %
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Weights:
    """How often each generated and each real row counts, (1 + resamples, n) each; in the first row all count once."""

    generated: Array
    real: Array


@dataclass(frozen=True)
class Outputs:
    """What one candidate generated, and its scores of the whole set: (1 + resamples,), the score itself first."""

    table: Table
    probabilities: tuple[Array, Array] = (np.empty(0), np.empty(0))  # to be generated: of generated rows, of real ones
    sets: Mapping[str, Array] = field(default_factory=dict)
    columns: Mapping[str, float] = field(default_factory=dict)  # distance of each column
    pairs: Mapping[tuple[str, str], float] = field(default_factory=dict)


def make_weights(count: int, seed: int) -> Weights:
    """Return weights of resamples, the same for every candidate, so that candidates are compared in pairs."""
    parts = []
    for what in ("generated", "real"):
        numbers = np.random.default_rng(derive_seed(seed, what))
        picks = [np.bincount(numbers.integers(count, size=count), minlength=count) for _ in range(RESAMPLES)]
        parts.append(np.array([np.ones(count), *picks], dtype=float))
    return Weights(*parts)


def measure_set(reference: Reference, table: Table, weights: Weights, folds: int, seed: int) -> Outputs:
    """Return the scores that only a whole set of rows has."""
    real, names = reference.held_out, reference.encoding.names
    both = weights.generated, weights.real
    shapes = {name: _column(reference, table, k, weights) for k, name in enumerate(names)}
    pairs = {
        (names[a], names[b]): total_variation(_joint(reference, table, a, b), _joint(reference, real, a, b), *both)
        for a, b in combinations(range(len(names)), 2)
    }
    told = tell_apart(table.features, real.features, ~reference.is_number, folds, seed)
    copied, real_copied = (copies_of(part, reference.training) for part in (table, real))
    sets = {
        C2ST: c2st(*told, *both),
        PAIRS: np.mean(list(pairs.values()), axis=0) if pairs else np.zeros(len(both[0])),
        "column_shapes": np.mean(list(shapes.values()), axis=0),
        "category_coverage": np.mean([_coverage(reference, table, k, weights) for k in _categories(reference)], axis=0),
        "excess_copies": _mean(copied, both[0]) - _mean(real_copied, both[1]),
    }
    first = {name: float(values[0]) for name, values in shapes.items()}
    return Outputs(table, told, sets, first, {pair: float(values[0]) for pair, values in pairs.items()})


def measure_rows(reference: Reference, table: Table, at_once: Bools, target: int, seed: int) -> dict[str, Array]:
    """Return the scores of single rows: (n,) each. Those of `tstr` are of the real rows."""
    numbers = reference.is_number
    to_training = closest_distances(table.features, reference.sample.features, numbers)
    to_others = closest_distances(table.features, reference.held_out.features, numbers)
    return {
        "validity": reference.constraints.met(known_codes(reference, table)).astype(float),
        "accepted": at_once.astype(float),
        "tstr": predicted(reference, table, target, seed),
        "copies": copies_of(table, reference.training).astype(float),
        "closer_to_training": (to_training < to_others) + (to_training == to_others) / 2,
        "closest_record": to_training,
    }


def floors_of(reference: Reference, sample: Outputs, target: int, seed: int) -> dict[str, float]:
    """Return what real rows score: training rows in place of generated ones, or held-out rows where that says more.

    `sample` is what `measure_set` says of training rows.
    """
    sets, held = sample.sets, reference.held_out
    return {
        **{name: float(values[0]) for name, values in sets.items() if name != "excess_copies"},
        "excess_copies": 0.0,
        "validity": float(reference.constraints.met(known_codes(reference, held)).mean()),
        "tstr": float(np.nanmean(predicted(reference, reference.sample, target, seed))),
        "copies": float(copies_of(held, reference.training).mean()),
        "closer_to_training": 0.5,
        "closest_record": float(
            closest_distances(held.features, reference.sample.features, reference.is_number).mean()
        ),
    }


def known_codes(reference: Reference, table: Table) -> NDArray[np.int64]:
    """Return the codes with -1 for values that no real row has."""
    codes: NDArray[np.int64] = np.where(table.codes >= np.array(reference.encoding.sizes), -1, table.codes)
    return codes


def copies_of(table: Table, training: Table) -> Bools:
    """Return (n,) whether each row equals a training row in every column."""
    known = {row.tobytes() for row in _exact(training)}
    return np.array([row.tobytes() in known for row in _exact(table)])


def _exact(table: Table) -> Array:
    return np.ascontiguousarray(np.nan_to_num(table.features, nan=-np.inf))


def predicted(reference: Reference, table: Table, target: int, seed: int) -> Array:
    """Return (n,) 1 where a classifier of one column, trained on the table, is right about a real row, else 0.

    NaN where the real row lacks a value.
    """
    others = [k for k in range(len(reference.encoding.columns)) if k != target]
    known = reference.encoding.columns[target].known
    use, real = table.codes[:, target] < known, reference.held_out
    labels, wanted = table.codes[use, target], real.codes[:, target]
    if len(np.unique(labels)) < 2:
        answers = np.full(len(wanted), labels[0] if len(labels) else -1)
    else:
        categories = ~reference.is_number[others]
        inputs = pooled(table.features[use][:, others], categories)
        trees = fit_boosted_trees(inputs, labels, categories, seed)
        answers = trees.predict(pooled(real.features[:, others], categories))
    right: Array = np.where(wanted < known, (answers == wanted).astype(float), np.nan)
    return right


def set_score(name: str, outputs: Outputs, floor: float) -> Score:
    """Return a score of the set with its 95 % interval: 1.96 standard errors of resamples each way."""
    values, metric, n = outputs.sets[name], SCORES[name], len(outputs.table.rows)
    reach = NORMAL * float(values[1:].std(ddof=1))
    low, high = metric.within_range(float(values[0]) - reach, float(values[0]) + reach)
    honest = n >= metric.smallest_n
    return Score(float(values[0]), n, low, high, floor=floor, honest=honest, smallest_n=metric.smallest_n)


def compare_outputs(pair: Pair, ours: Subject[Outputs], theirs: Subject[Outputs], seed: int) -> Comparison:
    """Compare two candidates on a score of the set, on the same resamples of real rows and of seeds."""
    gaps = ours.outputs.sets[pair.metric] - theirs.outputs.sets[pair.metric]
    reach = NORMAL * float(gaps[1:].std(ddof=1))
    return comparison.compare_sets(pair, float(gaps[0]), reach, len(ours.outputs.table.rows), SCORES)


def _column(reference: Reference, table: Table, k: int, weights: Weights) -> Array:
    real = reference.held_out
    if not reference.encoding.columns[k].is_number:
        return total_variation(table.codes[:, k], real.codes[:, k], weights.generated, weights.real)
    ordered = np.unique(np.concatenate([_exact(table)[:, k], _exact(real)[:, k]]), return_inverse=True)[1]
    n = len(table.rows)
    return kolmogorov_smirnov(ordered[:n], ordered[n:], weights.generated, weights.real)


def _joint(reference: Reference, table: Table, a: int, b: int) -> NDArray[np.int64]:
    joint: NDArray[np.int64] = table.codes[:, a] * (reference.encoding.sizes[b] + 1) + table.codes[:, b]
    return joint


def _categories(reference: Reference) -> list[int]:
    found = [k for k, column in enumerate(reference.encoding.columns) if not column.is_number]
    return found or list(range(len(reference.encoding.columns)))


def _coverage(reference: Reference, table: Table, k: int, weights: Weights) -> Array:
    """Return (1 + resamples,) the share of the real rows' values that generated rows have."""
    size = reference.encoding.sizes[k] + 1
    there, real = (
        (part_weights @ np.eye(size)[part.codes[:, k]]) > 0
        for part, part_weights in ((table, weights.generated), (reference.held_out, weights.real))
    )
    share: Array = (there & real).sum(1) / real.sum(1)
    return share


def _mean(values: Bools, weights: Array) -> Array:
    means: Array = weights @ values / weights.sum(1)
    return means
