"""Tests: the means of ratings have intervals with the claimed coverage."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from scipy.stats import t as student

from components.core.records import Rating
from components.metrics.ratings import crossed_interval, rater_agreement, summarise_ratings, unseen_interval

REPEATS = 400
FEWEST, MOST = 367, 393  # of 400 at 95 %: 380 plus and minus three binomial deviations


def answers(scores: dict[tuple[str, str], int], digest: str = "base", question: str = "realism") -> list[Rating]:
    """Return ratings of (picture, rater) -> score."""
    return [Rating("toy", "s1", digest, *key, question, score) for key, score in scores.items()]


def covered(pictures: int, raters: int, answered: float = 1.0) -> int:
    """Count the intervals that cover the true mean, 0, with standard deviations of pictures 0.7, raters 0.5, rest 0.5.

    With a single rater the interval is for the mean of that rater, since there is no information about others.
    """
    found = 0
    for seed in range(REPEATS):
        random = np.random.default_rng(seed)
        of_picture, of_rater = random.normal(0, 0.7, pictures), random.normal(0, 0.5, raters)
        cells = [cell for cell in product(range(pictures), range(raters)) if random.random() < answered]
        picture, rater = np.array(cells).T
        scores = of_picture[picture] + of_rater[rater] + random.normal(0, 0.5, len(cells))
        low, high = crossed_interval(scores, *(np.unique(names, return_inverse=True)[1] for names in (picture, rater)))
        found += low <= (of_rater[0] if raters == 1 else 0) <= high
    return found


@pytest.mark.parametrize(("pictures", "raters"), [(8, 1), (8, 3), (8, 5), (16, 4)])
def test_intervals_cover_the_true_mean_19_times_in_20(pictures: int, raters: int) -> None:
    assert FEWEST <= covered(pictures, raters) <= MOST


def test_intervals_cover_the_true_mean_with_missing_answers() -> None:
    assert FEWEST <= covered(8, 5, answered=0.6) <= MOST


def test_the_variance_equals_that_of_a_two_way_analysis_of_variance() -> None:
    """Balanced: (MS of pictures + MS of raters - MS of the rest) / N, with Satterthwaite's degrees of freedom."""
    table = np.array([[4.0, 2.0, 3.0], [5.0, 4.0, 4.0], [2.0, 1.0, 1.0], [5.0, 2.0, 4.0]])
    by_picture, by_rater, mean = table.mean(1), table.mean(0), table.mean()
    rest = table - by_picture[:, None] - by_rater + mean
    squares = [3 * by_picture.var(ddof=1), 4 * by_rater.var(ddof=1), (rest**2).sum() / 6]
    variance = (squares[0] + squares[1] - squares[2]) / 12
    freedom = (12 * variance) ** 2 / (squares[0] ** 2 / 3 + squares[1] ** 2 / 2 + squares[2] ** 2 / 6)
    pictures, raters = (places.ravel() for places in np.indices(table.shape))
    low, high = crossed_interval(table.ravel(), pictures, raters)
    assert (low + high) / 2 == pytest.approx(mean)
    assert (high - low) / 2 == pytest.approx(student.ppf(0.975, freedom) * math.sqrt(variance))


def test_each_subject_and_question_has_a_row() -> None:
    said = answers({("p1", "ada"): 5, ("p2", "ada"): 4}, "real") + answers({("p1", "ada"): 1, ("p2", "ada"): 2}, "base")
    said += answers({("p1", "ada"): 3, ("p2", "ada"): 3}, "base", "quality")
    rows = {(row.digest, row.question): (row.mean, row.n) for row in summarise_ratings(said)}
    assert rows == {("base", "quality"): (3.0, 2), ("base", "realism"): (1.5, 2), ("real", "realism"): (4.5, 2)}


def test_an_interval_is_clipped_to_the_possible_answers() -> None:
    (row,) = summarise_ratings(answers({("p1", "ada"): 1, ("p2", "ada"): 5}))
    assert (row.low, row.mean, row.high) == (1.0, 3.0, 5.0)


def test_the_interval_of_a_single_picture_is_the_whole_range() -> None:
    (row,) = summarise_ratings(answers({("p1", "ada"): 4, ("p1", "bob"): 4}))
    assert (row.low, row.mean, row.high) == (1.0, 4.0, 5.0)


@pytest.mark.parametrize(("pictures", "raters", "count"), [(2, 1, 2), (2, 2, 2), (9, 2, 2), (9, 1, 9), (9, 4, 4)])
def test_equal_answers_leave_room_for_answers_that_nobody_gave(pictures: int, raters: int, count: int) -> None:
    """Clopper and Pearson's interval for 0 of as many independent answers: the pictures, or the raters if fewer."""
    unseen = binomtest(0, count).proportion_ci(0.95, method="exact").high
    for answer in (1, 3, 5):
        cells = product((f"p{number}" for number in range(pictures)), (f"r{number}" for number in range(raters)))
        (row,) = summarise_ratings(answers(dict.fromkeys(cells, answer)))
        assert (row.mean, row.agreement) == (answer, None)
        assert row.low == pytest.approx(answer - unseen * (answer - 1))
        assert row.high == pytest.approx(answer + unseen * (5 - answer))


def test_the_interval_of_equal_answers_covers_a_mean_that_they_do_not_show() -> None:
    """Of many subjects that get 5 in a share of the answers and 1 in the rest, two fives say little."""
    for share in (0.3, 0.6, 0.9, 0.99):
        low, high = unseen_interval(5, 2)
        covered = low <= 5 - 4 * (1 - share) <= high
        assert covered or share**2 < 0.025  # else two fives would hardly happen


@given(st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz")), st.integers(1, 5), min_size=1))
def test_no_answers_have_an_interval_without_width(given_answers: dict[tuple[str, str], int]) -> None:
    (row,) = summarise_ratings(answers(given_answers))
    assert 1 <= row.low <= row.mean <= row.high <= 5
    assert row.high - row.low > 0.1


def test_answers_that_cancel_over_pictures_and_raters_keep_the_variance_of_the_rest() -> None:
    crossed = np.array([4.0, 5.0, 5.0, 4.0])
    low, high = crossed_interval(crossed, np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))
    assert (high - low) / 2 == pytest.approx(student.ppf(0.975, 1) * 0.5)  # one degree of freedom, residuals of 0.5


def test_raters_who_disagree_widen_the_interval() -> None:
    apart = {("p1", "ada"): 5, ("p2", "ada"): 4, ("p1", "bob"): 2, ("p2", "bob"): 1, ("p3", "ada"): 5, ("p3", "bob"): 2}
    together = {key: 4 + (key[0] == "p1") for key in apart}
    (unsure,), (sure,) = summarise_ratings(answers(apart)), summarise_ratings(answers(together))
    assert unsure.high - unsure.low > sure.high - sure.low


def test_the_agreement_of_a_single_rater_is_none() -> None:
    (row,) = summarise_ratings(answers({("p1", "ada"): 4, ("p2", "ada"): 2}))
    assert row.agreement is None


def test_the_same_picture_of_two_subjects_is_two_units() -> None:
    scores = {("p1", "ada"): 5, ("p1", "bob"): 5}
    said = answers(scores, "real") + answers(dict.fromkeys(scores, 1), "base")
    assert rater_agreement(said) == pytest.approx(1.0)


def test_no_ratings_give_no_rows_and_no_agreement() -> None:
    assert summarise_ratings([]) == []
    assert rater_agreement([]) is None
