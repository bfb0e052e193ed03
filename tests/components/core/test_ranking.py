"""Tests: the order of versions by several primary scores, for any values, intervals and paired comparisons."""

from itertools import combinations, permutations, product
from random import Random

from hypothesis import assume, example, given
from hypothesis import strategies as st

from components.core.differences import by_pair
from components.core.metric_table import METRICS
from components.core.ranking import Evidence, beats, first, is_better, places
from components.core.records import Candidate, Score, Scorecard
from tests.components.core.test_selection import compared

NAMES = ("kid", "accuracy", "clip_score")
Field = tuple[list[Candidate], Evidence]


def candidate(version: int, step: int, *scores: tuple[float, float]) -> Candidate:
    """Return a version whose scores have these values and half widths."""
    found = {
        name: Score(value, 100, value - half, value + half) for name, (value, half) in zip(NAMES, scores, strict=False)
    }
    return Candidate(version, step, Scorecard("step", "s1", "validation", found), f"weights-{version}")


# Few different numbers, so that ties, circles and decided differences are all frequent.
score = st.tuples(st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0]), st.sampled_from([0.1, 0.6, 0.9, 2.0]))


@st.composite
def fields(draw: st.DrawFn, most_scores: int = 3) -> Field:
    steps = draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    found = [candidate(number, step, *draw(st.tuples(score, score, score))) for number, step in enumerate(steps, 1)]
    pairs = [
        compared(name, one, other, draw(st.floats(-3, 3)), draw(st.floats(0, 2)))
        for name in NAMES
        for one, other in combinations(range(1, len(steps) + 1), 2)
        if draw(st.booleans())
    ]
    return found, Evidence(NAMES[: draw(st.integers(1, most_scores))], by_pair(pairs), METRICS)


def circle() -> Field:
    versions = [candidate(1, 1, (6, 1), (0.9, 0.1)), candidate(2, 2, (4, 1), (0.1, 0.1))]
    return [*versions, candidate(3, 3, (5, 1), (0.5, 0.1))], Evidence(NAMES[:2], {}, METRICS)


def test_beating_one_against_one_can_go_round() -> None:
    """The reason why versions have places."""
    (a, b, c), evidence = circle()
    assert beats(b, a, evidence)
    assert beats(c, b, evidence)
    assert beats(a, c, evidence)
    assert places([a, b, c], evidence) == {1: (1, 0), 2: (0, 1), 3: (0, 0)}


@given(fields())
@example(circle())
def test_whoever_is_clearly_better_on_the_first_score_is_before(field: Field) -> None:
    candidates, evidence = field
    order = places(candidates, evidence)
    for one, other in permutations(candidates, 2):
        if is_better(evidence.primary[0], one, other, evidence):
            assert order[one.version] < order[other.version]


@given(fields())
def test_on_a_later_score_it_is_before_among_those_with_equal_places_so_far(field: Field) -> None:
    candidates, evidence = field
    order = places(candidates, evidence)
    for (number, name), (one, other) in product(enumerate(evidence.primary), permutations(candidates, 2)):
        level = order[one.version][:number] == order[other.version][:number]
        if level and is_better(name, one, other, evidence):
            assert order[one.version] < order[other.version]


@given(fields())
@example(circle())
def test_the_order_has_no_circle(field: Field) -> None:
    """Taking the first out again and again gives a line in which nobody is clearly better than anyone before it."""
    rest, evidence = list(field[0]), field[1]
    order, line = places(rest, evidence), []
    while rest:
        line.append(first(rest, order))
        rest.remove(line[-1])
    assert [order[c.version] for c in line] == sorted(order.values())
    assert not any(is_better(evidence.primary[0], later, earlier, evidence) for earlier, later in combinations(line, 2))


@given(fields(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(field: Field, random: Random) -> None:
    candidates, evidence = field
    shuffled = list(candidates)
    random.shuffle(shuffled)
    assert places(shuffled, evidence) == places(candidates, evidence)
    assert first(shuffled, places(shuffled, evidence)) == first(candidates, places(candidates, evidence))


@given(fields())
def test_nobody_is_clearly_better_than_the_first_on_the_first_score(field: Field) -> None:
    candidates, evidence = field
    chosen = first(candidates, places(candidates, evidence))
    assert not any(is_better(evidence.primary[0], c, chosen, evidence) for c in candidates)


@given(fields())
def test_removing_a_version_that_is_clearly_better_than_none_changes_nothing(field: Field) -> None:
    candidates, evidence = field
    order = places(candidates, evidence)
    chosen = first(candidates, order)
    for weak in candidates:
        if weak is not chosen and not any(
            is_better(n, weak, c, evidence) for n in evidence.primary for c in candidates
        ):
            rest = [c for c in candidates if c is not weak]
            assert first(rest, places(rest, evidence)) == chosen


@given(fields(most_scores=1), score)
def test_with_one_primary_score_a_later_and_worse_version_never_changes_the_choice(
    field: Field, added: tuple[float, float]
) -> None:
    candidates, evidence = field
    chosen = first(candidates, places(candidates, evidence))
    worse = candidate(9, 9, added)
    assume(worse.scorecard.scores["kid"].value >= chosen.scorecard.scores["kid"].value)
    assert first([*candidates, worse], places([*candidates, worse], evidence)) == chosen


def test_with_several_a_dominated_version_can_still_decide_between_others() -> None:
    """Nothing that uses intervals can exclude it: version 4 shows that the vague version 2 is worse than it looked."""
    sharp, vague, early = (
        candidate(3, 3, (4.0, 0.1), (0.5, 0.1)),
        candidate(2, 2, (5.0, 3.0), (0.9, 0.1)),
        candidate(1, 1, (4.0, 2.0), (0.5, 0.1)),
    )
    evidence = Evidence(NAMES[:2], {}, METRICS)
    before = [sharp, vague, early]
    assert first(before, places(before, evidence)) == vague
    pair = by_pair([compared("kid", 4, 2, -0.9, 0.5)])
    after, paired = [*before, candidate(4, 4, (4.1, 0.1), (0.5, 0.1))], Evidence(NAMES[:2], pair, METRICS)
    assert first(after, places(after, paired)) == early
