"""Evaluation: paired comparisons of subjects on the same examples, and whether they decide."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

from torch import Tensor

from components.core.differences import by_pair, gain
from components.core.metric_table import METRICS, Metrics
from components.core.records import BASE, Comparison
from components.core.seeds import derive_seed
from components.evaluation.subjects import Subject
from components.metrics.comparison import Pair, compare_means
from components.metrics.sequential import widen

SMALLEST_SLICE = 8  # smaller slices (in examples) are not compared

# (pair, ours, theirs, seed) -> the comparison of two subjects on a score of whole sets of outputs, such as KID
CompareSets = Callable[[Pair, Subject[Any], Subject[Any], int], Comparison]
Slices = Mapping[str, Mapping[str, Tensor]]  # "colour" -> "white" -> which examples, as indices


@dataclass(frozen=True)
class PairedDesign:
    """What all comparisons share. With several looks, their intervals hold at all looks at once.

    `clusters` has shape (at least N,): the number of the cluster of each example, such as its caption. `of_sets` has
    the functions that compare scores of whole sets; other scores are compared by their means.
    """

    clusters: Tensor
    looks: Sequence[int]
    of_sets: Mapping[str, CompareSets] = field(default_factory=dict)
    metrics: Metrics = field(default_factory=lambda: METRICS)


def compare_all(
    subjects: Sequence[Subject[Any]], scores: Sequence[str], design: PairedDesign, seed: int
) -> list[Comparison]:
    """Compare every two subjects on each score. The later subject of a pair is `ours`."""
    found = [
        _compared(score, ours, theirs, design, derive_seed(seed, score))  # the same resamples for every pair
        for score in scores
        for theirs, ours in combinations(subjects, 2)
    ]
    return [widen(c, design.looks[0], design.metrics) for c in found] if len(design.looks) > 1 else found


def compare_slices(
    subjects: Sequence[Subject[Any]], scores: Sequence[str], slices: Slices, design: PairedDesign, seed: int
) -> Iterator[Comparison]:
    """Compare every checkpoint with the one in production, on each slice of at least SMALLEST_SLICE examples."""
    production = next((subject for subject in subjects if subject.in_production), None)
    if production is None:
        return
    parts = {f"{name}={value}": at for name, values in slices.items() for value, at in values.items()}
    enough = {part: at for part, at in parts.items() if len(at) >= SMALLEST_SLICE}
    challengers = [subject for subject in subjects if subject.role == "checkpoint" and not subject.in_production]
    of_examples = [score for score in scores if score not in design.of_sets]
    for ours, (part, at), score in product(challengers, enough.items(), of_examples):
        pair, mine, theirs = Pair(score, ours.digest, production.digest, part), ours.values, production.values
        seed_of_part = derive_seed(seed, part, score)
        yield compare_means(pair, mine[score][at], theirs[score][at], design.clusters[at], seed_of_part, design.metrics)


def is_decided(
    comparisons: Sequence[Comparison], subjects: Sequence[str], primary: Sequence[str], metrics: Metrics = METRICS
) -> bool:
    """Return whether the leader differs clearly from every other subject: more examples would not change the choice.

    The leader is the checkpoint that has no better one on the first primary score. If that score is not compared,
    nothing is decided.
    """
    pairs = by_pair(comparisons)
    trained = [digest for digest in subjects if digest != BASE]
    for leader in trained:
        rivals = [digest for digest in subjects if digest != leader]
        if not all((primary[0], leader, other) in pairs for other in rivals):
            return False
        if any(gain(pairs[primary[0], leader, other], metrics)[0] < 0 for other in rivals if other != BASE):
            continue
        keys = [[(score, leader, other) for score in primary] for other in rivals]
        return all(any(key in pairs and pairs[key].decided for key in of_rival) for of_rival in keys)
    return True  # there is no checkpoint but the base model


def _compared(score: str, ours: Subject[Any], theirs: Subject[Any], design: PairedDesign, seed: int) -> Comparison:
    pair = Pair(score, ours.digest, theirs.digest)
    if score in design.of_sets:
        return design.of_sets[score](pair, ours, theirs, seed)
    mine, others = ours.values[score], theirs.values[score]
    return compare_means(pair, mine, others, design.clusters[: len(mine)], seed, design.metrics)
