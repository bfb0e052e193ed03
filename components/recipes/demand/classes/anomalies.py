"""Demand: the most unusual series, each with a reason that a buyer understands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest

from components.core.seeds import derive_seed
from components.recipes.demand.classes.features import FEATURES

Floats = NDArray[np.float64]
FEWEST = 20  # series: of fewer nobody can say what is usual
TREES = 200


@dataclass(frozen=True, slots=True)
class Anomaly:
    """An unusual series: its place, its score (the higher, the more unusual; 0.5 is usual), and why."""

    place: int
    score: float
    feature: str
    reason: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reason is made of: the history, the noun of a period, the dates of periods, and what is usual."""

    quantities: Floats
    noun: str
    dates: Sequence[str]
    value: float
    usual: float  # the median of the feature over all series


def find_anomalies(
    features: Floats, histories: Sequence[Floats], dates: Sequence[Sequence[str]], noun: str, most: tuple[float, int]
) -> list[Anomaly]:
    """Return the most unusual series first, by an isolation forest over features. `most` is their share, and a seed."""
    if len(features) < FEWEST:
        return []
    share, seed = most
    forest = IsolationForest(n_estimators=TREES, random_state=derive_seed(seed, "anomalies") % 2**32).fit(features)
    scores = -forest.score_samples(features)
    places = np.argsort(-scores, kind="stable")[: max(1, round(share * len(features)))]
    names, median = list(FEATURES), np.median(features, axis=0)
    spread = np.maximum(np.quantile(features, 0.75, axis=0) - np.quantile(features, 0.25, axis=0), 0.1)
    found = []
    for place in places:
        deviation = np.abs(features[place] - median) / spread
        which = int(np.argmax([d if name in REASONS else -1.0 for name, d in zip(names, deviation, strict=True)]))
        seen = Seen(histories[place], noun, dates[place], float(features[place, which]), float(median[which]))
        found.append(Anomaly(int(place), float(scores[place]), names[which], REASONS[names[which]](seen)))
    return found


def _periods(seen: Seen) -> str:
    count = len(seen.quantities)
    if seen.value < seen.usual:
        return f"It is new: it has been sold for {count} {seen.noun}s, most products for {np.exp(seen.usual):.0f}."
    return f"It has been sold for {count} {seen.noun}s, most products for {np.exp(seen.usual):.0f}."


def _level(seen: Seen) -> str:
    more = "far more" if seen.value > seen.usual else "far less"
    return f"It sells {more} than others: {np.expm1(seen.value):.3g} a {seen.noun}, most {np.expm1(seen.usual):.3g}."


def _interval(seen: Seen) -> str:
    often = f"It sells in one of {np.exp(seen.value):.1f} {seen.noun}s"
    return f"{often}, most products in one of {np.exp(seen.usual):.1f}."


def _size_variation(seen: Seen) -> str:
    sizes = seen.quantities[seen.quantities > 0]
    low, high = np.quantile(sizes, [0.1, 0.9])
    return f"The sizes of its sales vary much: between {low:g} and {high:g} in most {seen.noun}s with a sale."


def _variation(seen: Seen) -> str:
    if seen.value < seen.usual:
        return f"It sells almost the same each {seen.noun}: {np.median(seen.quantities):g}."
    best = np.sort(seen.quantities)[::-1]
    count = max(1, len(best) // 20)
    share = best[:count].sum() / best.sum()
    return f"In {count} of its {len(best)} {seen.noun}s it makes {share:.0%} of its sales."


def _peak(seen: Seen) -> str:
    if seen.value < seen.usual:
        return f"It never sold much more than usual: at most {seen.quantities.max():g} a {seen.noun}."
    at = int(np.argmax(seen.quantities))
    usual = np.median(seen.quantities[seen.quantities > 0])
    most, times = seen.quantities[at], seen.quantities[at] / usual
    return f"It sold {most:,g} in the {seen.noun} of {seen.dates[at]}, {times:,.0f} times its usual {usual:g}."


def _silence(seen: Seen) -> str:
    silent = len(seen.quantities) - 1 - int(np.flatnonzero(seen.quantities)[-1])
    if silent == 0:
        return f"It sold in the last {seen.noun}; most products did not."
    rhythm = np.count_nonzero(seen.quantities) / len(seen.quantities)
    return f"It has not sold for {silent} {seen.noun}s, though it sold in {rhythm:.0%} of all {seen.noun}s."


def _level_change(seen: Seen) -> str:
    ratio = np.exp(seen.value)
    return f"It lately sells {ratio:.2g} times what it sold before; most products {np.exp(seen.usual):.2g} times."


def _trend(seen: Seen) -> str:
    return f"In a season its demand {_way(seen.value)} of its mean; that of most products {_way(seen.usual)}."


def _way(slope: float) -> str:
    return f"{'grows' if slope > 0 else 'falls'} by {abs(slope):.0%}"


def _season(seen: Seen) -> str:
    return f"Of its ups and downs {seen.value:.0%} come with the season; of those of most products {seen.usual:.0%}."


def _memory(seen: Seen) -> str:
    if seen.value > seen.usual:
        return f"Its high {seen.noun}s come in rows: a good {seen.noun} mostly follows a good one."
    return f"Its high and low {seen.noun}s alternate: a low {seen.noun} mostly follows a high one."


def _season_memory(seen: Seen) -> str:
    if seen.value > seen.usual:
        return "It repeats its last season closely, which most products do not."
    return "It does the opposite of its last season, which most products do not."


def _clumping(seen: Seen) -> str:
    if seen.value > seen.usual:
        return f"Its sales come in bursts: {seen.noun}s with sales follow each other, then none for long."
    return f"It hardly ever sells in two {seen.noun}s in a row."


REASONS: Mapping[str, Callable[[Seen], str]] = {
    "periods": _periods,
    "level": _level,
    "interval": _interval,
    "size_variation": _size_variation,
    "variation": _variation,
    "peak": _peak,
    "silence": _silence,
    "level_change": _level_change,
    "trend": _trend,
    "season": _season,
    "memory": _memory,
    "season_memory": _season_memory,
    "clumping": _clumping,
}
