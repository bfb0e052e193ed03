"""Product images: who beats whom. Subjects in pairs, on the same prompts and seeds, look after look."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Protocol

from torch import Tensor

from components.core.differences import gain, paired
from components.core.records import BASE, Comparison
from components.core.seeds import derive_seed
from components.metrics.comparison import Pair, compare_kernels, compare_means
from components.metrics.sequential import widen
from components.recipes.product_images.prompt_plan import Plan, slices
from components.recipes.product_images.score.features import Seen

KERNEL = "kid"  # the only score of whole sets that a bootstrap may compare
FEWEST = 8  # pictures of a slice, below which nobody compares them


class Measured(Protocol):
    """What is compared of one subject: what judges saw, and (N,) values by score, NaN where it has none."""

    @property
    def seen(self) -> Seen: ...

    @property
    def values(self) -> Mapping[str, Tensor]: ...


def compare_all(
    subjects: Mapping[str, Measured], real: Tensor, plan: Plan, scores: Sequence[str], seed: int
) -> list[Comparison]:
    """Compare every subject with every other on each score, by digest. Later subjects are `ours`.

    Where the plan has several looks, the intervals hold at all of them at once; else they are the bootstrap's.
    """
    found = [
        _compared(Pair(score, ours, theirs), subjects, real, plan, seed)
        for score in scores
        for theirs, ours in combinations(subjects, 2)
    ]
    return [widen(c, plan.looks[0]) for c in found] if len(plan.looks) > 1 else found


def compare_slices(
    subjects: Mapping[str, Measured], production: str, plan: Plan, scores: Sequence[str], seed: int
) -> Iterator[Comparison]:
    """Compare every checkpoint with the one in production on each slice of enough pictures."""
    if production not in subjects:
        return
    parts = {f"{name}={value}": at for name, values in slices(plan).items() for value, at in values.items()}
    enough = {part: at for part, at in parts.items() if len(at) >= FEWEST}
    challengers = [digest for digest in subjects if digest not in {production, BASE}]
    for ours, (part, at), score in product(challengers, enough.items(), [s for s in scores if s != KERNEL]):
        pair, of_part = Pair(score, ours, production, part), derive_seed(seed, part, score)
        mine, theirs = subjects[ours].values[score][at], subjects[production].values[score][at]
        yield compare_means(pair, mine, theirs, plan.clusters[0][at], of_part)


def is_decided(comparisons: Sequence[Comparison], subjects: Sequence[str], primary: Sequence[str]) -> bool:
    """True where the leader is told from every other subject: more pictures would not change who is chosen.

    The leader is the checkpoint that no other is better than on the first primary score.
    """
    pairs = paired(comparisons)
    trained = [digest for digest in subjects if digest != BASE]
    for leader in trained:
        rivals = [digest for digest in subjects if digest != leader]
        if any(gain(pairs[primary[0], leader, other])[0] < 0 for other in rivals if other != BASE):
            continue
        return all(any(pairs[score, leader, other].decided for score in primary) for other in rivals)
    return True  # nobody but the base is there


def _compared(pair: Pair, subjects: Mapping[str, Measured], real: Tensor, plan: Plan, seed: int) -> Comparison:
    ours, theirs = subjects[pair.ours], subjects[pair.theirs]
    of_score = derive_seed(seed, pair.metric)  # the same resamples for every pair
    if pair.metric == KERNEL:
        return compare_kernels(pair, ours.seen.features, theirs.seen.features, real, plan.clusters, of_score)
    return compare_means(pair, ours.values[pair.metric], theirs.values[pair.metric], plan.clusters[0], of_score)
