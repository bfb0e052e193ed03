"""Tests: subjects are compared in pairs on the same examples, and the stopping rule says when that decides."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from components.core.metric_table import METRICS, Interval, Metric
from components.core.records import BASE, Comparison, Scorecard
from components.evaluation.comparisons import SMALLEST_SLICE, PairedDesign, compare_all, compare_slices, is_decided
from components.evaluation.subjects import Role, Subject
from components.metrics.comparison import Pair, compare_kernel_distances

COUNT, WIDTH = 32, 6
REAL = torch.randn(COUNT, WIDTH, generator=torch.Generator().manual_seed(9))


def subject(digest: str, good: float, seed: int, role: Role = "checkpoint") -> Subject[Tensor]:
    """Return a subject with features as near to real ones as `good`, and values around `good`."""
    numbers = torch.Generator().manual_seed(seed)
    features = torch.randn(COUNT, WIDTH, generator=numbers) + 2 * (1 - good)
    likeness = good + 0.05 * torch.randn(COUNT, generator=numbers)
    return Subject(0, digest, role, Scorecard(digest, "s1", "validation", {}), features, {"clip_score": likeness})


def kernels(pair: Pair, ours: Subject[Tensor], theirs: Subject[Tensor], seed: int) -> Comparison:
    clusters = torch.arange(COUNT), torch.arange(COUNT)
    return compare_kernel_distances(pair, ours.outputs, theirs.outputs, REAL, clusters, seed)


def design(looks: Sequence[int] = (COUNT,)) -> PairedDesign:
    return PairedDesign(torch.arange(COUNT), looks, {"kid": kernels})


def colours(reds: int = COUNT // 2) -> dict[str, dict[str, Tensor]]:
    """Return slices of which the first `reds` examples are red."""
    return {"colour": {"Red": torch.arange(reds), "Blue": torch.arange(reds, COUNT)}}


THREE = [subject(BASE, 0.2, 1, "base"), subject("early", 0.5, 2, "production"), subject("late", 0.9, 3)]


def compared(ours: str, theirs: str, low: float, high: float, metric: str = "clip_score") -> Comparison:
    return Comparison(metric, ours, theirs, (low + high) / 2, low, high, 0.5, COUNT, None, "paired bootstrap")


def test_every_two_subjects_are_compared_on_every_score_with_the_later_one_as_ours() -> None:
    found = compare_all(THREE, ["kid", "clip_score"], design(), seed=1)
    pairs = [("early", BASE), ("late", BASE), ("late", "early")]
    assert sorted((c.metric, c.ours, c.theirs) for c in found) == sorted(
        (m, *p) for m in ("clip_score", "kid") for p in pairs
    )
    by_pair = {(c.metric, c.ours, c.theirs): c for c in found}
    assert by_pair["clip_score", "late", BASE].low > 0
    assert by_pair["kid", "late", BASE].high < 0  # lower is better


def test_one_look_keeps_the_bootstrap_and_several_looks_widen_it_about_the_same_difference() -> None:
    once = compare_all(THREE, ["kid", "clip_score"], design(), seed=1)
    often = compare_all(THREE, ["kid", "clip_score"], design(looks=(COUNT, 2 * COUNT)), seed=1)
    assert {c.method for c in once} == {"paired bootstrap"}
    assert {c.method for c in often} == {"confidence sequence"}
    for narrow, wide in zip(once, often, strict=True):
        assert wide.difference == narrow.difference
        assert wide.low < narrow.low < narrow.high < wide.high


def test_the_same_seed_gives_the_same_comparisons() -> None:
    first, second = (compare_all(THREE, ["kid", "clip_score"], design(), seed=4) for _ in range(2))
    assert first == second


def test_slices_are_compared_with_production_only_and_never_on_scores_of_sets() -> None:
    found = list(compare_slices(THREE, ["kid", "clip_score"], colours(), design(), seed=1))
    assert {(c.ours, c.theirs) for c in found} == {("late", "early")}
    assert {c.metric for c in found} == {"clip_score"}
    assert {c.part for c in found} == {"colour=Red", "colour=Blue"}


def test_a_slice_compares_its_own_examples() -> None:
    better_in_red = THREE[1].values["clip_score"] + torch.tensor([0.3] * 16 + [0.0] * 16)
    subjects = [*THREE[:2], replace(THREE[2], values={"clip_score": better_in_red})]
    found = {c.part: c for c in compare_slices(subjects, ["clip_score"], colours(), design(), seed=1)}
    assert (found["colour=Red"].n, found["colour=Blue"].n) == (16, 16)
    assert round(found["colour=Red"].difference, 6) == 0.3
    assert found["colour=Blue"].difference == 0


def test_without_a_version_in_production_no_slice_is_compared() -> None:
    without = [THREE[0], replace(THREE[1], role="checkpoint"), THREE[2]]
    assert not list(compare_slices(without, ["clip_score"], colours(), design(), seed=1))


def test_a_slice_of_too_few_examples_is_not_compared() -> None:
    parts = {c.part for c in compare_slices(THREE, ["clip_score"], colours(SMALLEST_SLICE), design(), seed=1)}
    assert parts == {"colour=Red", "colour=Blue"}
    parts = {c.part for c in compare_slices(THREE, ["clip_score"], colours(SMALLEST_SLICE - 1), design(), seed=1)}
    assert parts == {"colour=Blue"}


def test_a_score_that_only_the_recipe_knows_is_compared_in_its_own_direction() -> None:
    stains = Metric("Stains", "stains on a fruit", -1, "stains", 0, 9, Interval.BOOTSTRAP)
    subjects = [replace(s, values={"stains": s.values["clip_score"]}) for s in THREE]
    once = PairedDesign(torch.arange(COUNT), [COUNT], metrics={**METRICS, "stains": stains})
    for of in (once, replace(once, looks=[COUNT, 2 * COUNT])):
        found = {(c.ours, c.theirs): c for c in compare_all(subjects, ["stains"], of, seed=1)}
        assert found["late", "early"].difference > 0
        assert found["late", "early"].better < 0.025
        assert is_decided(list(found.values()), [BASE, "early", "late"], ["stains"], of.metrics)
    spread = compare_slices(subjects, ["stains"], colours(), once, seed=1)
    assert all(c.better < 0.025 for c in spread)


def test_a_leader_that_differs_clearly_from_all_others_decides() -> None:
    pairs = [compared("a", BASE, 0.1, 0.2), compared("b", BASE, 0.0, 0.1), compared("b", "a", -0.3, -0.1)]
    assert is_decided(pairs, [BASE, "a", "b"], ["clip_score"])


def test_a_rival_or_a_base_as_good_as_the_leader_leaves_it_undecided() -> None:
    rival = [compared("a", BASE, 0.1, 0.2), compared("b", BASE, 0.1, 0.2), compared("b", "a", -0.3, 0.1)]
    base = [compared("a", BASE, -0.1, 0.2), compared("b", BASE, -0.1, 0.1), compared("b", "a", -0.3, -0.1)]
    assert not is_decided(rival, [BASE, "a", "b"], ["clip_score"])
    assert not is_decided(base, [BASE, "a", "b"], ["clip_score"])


def test_subjects_behind_the_leader_need_no_order() -> None:
    pairs = [compared(x, y, 0.1, 0.3) for x, y in [("a", BASE), ("a", "b"), ("a", "c")]]
    pairs += [compared(x, y, -0.1, 0.1) for x, y in [("b", BASE), ("c", BASE), ("c", "b")]]
    assert is_decided(pairs, [BASE, "a", "b", "c"], ["clip_score"])


def test_the_leader_is_the_best_where_lower_is_better_too() -> None:
    pairs = [
        compared("a", BASE, -0.3, -0.1, "kid"),
        compared("b", BASE, -0.1, 0.1, "kid"),
        compared("b", "a", 0.1, 0.3, "kid"),
    ]
    assert is_decided(pairs, [BASE, "a", "b"], ["kid"])
    undecided = [*pairs[1:], compared("a", BASE, -0.3, 0.1, "kid")]
    assert not is_decided(undecided, [BASE, "a", "b"], ["kid"])


def test_a_second_primary_score_may_decide_where_the_first_does_not() -> None:
    pairs = [compared("a", BASE, -0.1, 0.2, "kid"), compared("a", BASE, 0.1, 0.2, "clip_score")]
    assert is_decided(pairs, [BASE, "a"], ["kid", "clip_score"])
    assert not is_decided(pairs, [BASE, "a"], ["kid"])


def test_the_base_model_alone_needs_no_more_examples() -> None:
    assert is_decided([], [BASE], ["clip_score"])


def test_a_primary_score_that_is_not_compared_decides_nothing() -> None:
    assert not is_decided([compared("a", BASE, 0.1, 0.2)], [BASE, "a"], ["fid"])
