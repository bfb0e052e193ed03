"""Metrics: means of ratings, with intervals that generalise to other pictures and other raters."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from components.core.rated_outputs import HIGHEST, LOWEST
from components.core.records import Rating, RatingSummary
from components.metrics.reliability import ordinal_alpha

QUANTILE = 0.975  # of Student's t, for 95 % intervals
NO_SPREAD = 1e-12  # a variance of the mean below this is a rounding error: answers are whole numbers


def summarise_ratings(ratings: Iterable[Rating]) -> list[RatingSummary]:
    """Return one row for each subject and question with answers, in the order of their names.

    All ratings are of one model and snapshot, and only the newest of each rater, picture and question.
    """
    groups: dict[tuple[str, str], list[Rating]] = defaultdict(list)
    for rating in ratings:
        groups[rating.digest, rating.question].append(rating)
    return [_rated(*key, groups[key]) for key in sorted(groups)]


def rater_agreement(ratings: Iterable[Rating]) -> float | None:
    """Return Krippendorff's ordinal alpha of the answers to one question; each picture of each subject is a unit.

    Over all subjects it shows how reliable the question is. Within one subject, whose pictures are similar, it is
    lower.
    """
    units: Mapping[tuple[str, str], list[int]] = defaultdict(list)
    for rating in ratings:
        units[rating.digest, rating.item].append(rating.score)
    return ordinal_alpha(list(units.values()))


def _rated(digest: str, question: str, ratings: Sequence[Rating]) -> RatingSummary:
    scores = np.array([rating.score for rating in ratings], dtype=float)
    low, high = crossed_interval(
        scores, _numbered(r.item for r in ratings), _numbered(rating.rater for rating in ratings)
    )
    return RatingSummary(
        digest=digest,
        question=question,
        mean=float(scores.mean()),
        low=max(low, float(LOWEST)),
        high=min(high, float(HIGHEST)),
        n=len(ratings),
        agreement=rater_agreement(ratings),
    )


def crossed_interval(
    scores: NDArray[np.float64], pictures: NDArray[np.intp], raters: NDArray[np.intp]
) -> tuple[float, float]:
    """Return the 95 % interval of the mean for random other pictures of the subject and random other raters.

    Answers about one picture are correlated, and so are those of one rater: they are not independent observations. In
    the two-way random-effects model the variance of the mean is V_pictures + V_raters - V_rest: each of the first two,
    from the sums over pictures and over raters, contains the rest once; what is left of either is at least 0.
    Student's t with Satterthwaite's degrees of freedom (An approximate distribution of estimates of variance
    components, 1946, equation 17) widens the interval if there are few raters or pictures. With a single rater it
    generalises to other pictures only. Raters need not answer about every picture.

    Answers that do not differ at all have a variance of 0, which says little if they are few: see `unseen_interval`.

    The usual alternative, resampling pictures and raters (Owen, The pigeonhole bootstrap, 2007), is too narrow with as
    few raters as there are here.

    Args:
        scores: (N,) answers.
        pictures: (N,) the picture of each answer, numbered from 0. With fewer than two the interval is infinite.
        raters: (N,) the rater of each answer, numbered from 0.
    """
    if pictures.max(initial=0) == 0:
        return -math.inf, math.inf
    parts = [_between(scores, pictures)]
    if raters.max(initial=0) > 0:
        parts += [_between(scores, raters), _rest(scores, pictures, raters)]
    variance, freedom = _combined(parts)
    mean = float(scores.mean())
    if variance <= NO_SPREAD:
        several = raters.max(initial=0) > 0
        return unseen_interval(mean, 1 + int(min(pictures.max(), raters.max()) if several else pictures.max()))
    reach = float(stdtrit(freedom, QUANTILE)) * math.sqrt(variance)
    return mean - reach, mean + reach


def unseen_interval(answer: float, count: int) -> tuple[float, float]:
    """Return the 95 % interval of the mean after `count` independent answers that were all the same.

    Other answers, which nobody gave, can still be a share of up to 1 - 0.025^(1 / count) of all: the upper end of the
    interval of Clopper and Pearson (1934) for 0 of `count`. The ends are the means if they all were the lowest answer,
    or the highest.

    >>> [round(end, 2) for end in unseen_interval(5, 2)]
    [1.63, 5.0]
    """
    share = 1 - (1 - QUANTILE) ** (1 / count)
    return answer - share * (answer - LOWEST), answer + share * (HIGHEST - answer)


Part = tuple[float, float]  # a variance of the mean, and its degrees of freedom


def _between(scores: NDArray[np.float64], groups: NDArray[np.intp]) -> Part:
    """Return the variance of the mean if the groups of answers are the random sample."""
    sums = np.bincount(groups, weights=scores - scores.mean())
    count = len(sums)
    return float((sums**2).sum()) / len(scores) ** 2 * count / (count - 1), count - 1


def _rest(scores: NDArray[np.float64], pictures: NDArray[np.intp], raters: NDArray[np.intp]) -> Part:
    """Return the variance of the mean that neither pictures nor raters explain, by least squares."""
    levels = np.hstack([np.eye(1 + groups.max())[groups] for groups in (pictures, raters)])
    fitted, _, rank, _ = np.linalg.lstsq(levels, scores)
    freedom = len(scores) - int(rank)
    if freedom == 0:
        return 0.0, 1
    residuals = scores - levels @ fitted
    return float((residuals**2).sum()) / freedom / len(scores), freedom


def _combined(parts: Sequence[Part]) -> Part:
    """Return V_pictures + V_raters - V_rest and its degrees of freedom; a component below 0 is set to 0."""
    if len(parts) == 1:
        return parts[0]
    (pictures, _), (raters, _), (rest, _) = parts
    if raters <= rest or pictures <= rest:
        return max(parts)  # what is left without the components below 0
    variance = pictures + raters - rest
    return variance, variance**2 / sum(part**2 / freedom for part, freedom in parts)


def _numbered(names: Iterable[str]) -> NDArray[np.intp]:
    return np.unique(list(names), return_inverse=True)[1]
