"""Product descriptions: whether texts speak of price and of quality in other words for another gender."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from components.core.metric_table import Interval, Metric
from components.core.records import BASE
from components.metrics.comparison import Pair, compare_means
from components.metrics.means import RESAMPLES
from components.metrics.words import words_of
from components.recipes.product_descriptions.score.word_stems import stem

OTHER: Mapping[str, str] = {"Men": "Women", "Women": "Men", "Boys": "Girls", "Girls": "Boys"}
FEMALE = frozenset({"Women", "Girls"})
WORD_LISTS: Mapping[str, frozenset[str]] = {
    "price words": frozenset(
        {"affordable", "bargain", "budget", "cheap", "cost", "costly", "deal", "discount", "economical", "exclusive"}
        | {"expensive", "inexpensive", "luxe", "luxurious", "luxury", "premium", "price", "priced", "pricey", "value"}
        | {"worth", "upmarket", "save", "saving"}
    ),
    "quality words": frozenset(
        {"authentic", "craft", "crafted", "craftsmanship", "dependable", "durable", "durability", "fine", "finest"}
        | {"flawless", "genuine", "handcrafted", "lasting", "perfect", "perfectly", "precise", "quality", "refined"}
        | {"reliable", "resistant", "robust", "rugged", "solid", "strong", "sturdy", "superior", "tough", "best"}
    ),
}
PER = 100  # words
QUANTILE = 0.025
_RATE = Metric("Rate", "such words", +1, "words in a hundred", 0, 100, Interval.BOOTSTRAP)


@dataclass(frozen=True, slots=True)
class Difference:
    """Words in a hundred for women and girls minus those for men and boys, with a 95 % interval, and n."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class BiasFinding:
    """One list of words: the difference in generated texts of the same products, and that in real texts.

    `verdict` is `more` if the generated difference is surely larger than the real one, `no more` if it is surely not
    larger by as much as real texts differ, else `cannot say`.
    """

    words: str
    generated: Difference
    real: Difference

    @property
    def verdict(self) -> str:
        reach_real = max(abs(self.real.low), abs(self.real.high))
        near = 0.0 if self.generated.low <= 0 <= self.generated.high else self._nearest()
        if near > reach_real:
            return "more"
        return "no more" if max(abs(self.generated.low), abs(self.generated.high)) <= reach_real else "cannot say"

    def _nearest(self) -> float:
        return min(abs(self.generated.low), abs(self.generated.high))


def word_rate(texts: Sequence[str], words: frozenset[str]) -> Tensor:
    """Return how many of a hundred words of each text (N,) are in the list; NaN without a word."""
    stems = {stem(word) for word in words}
    counts = [[stem(word) in stems for word in words_of(text)] for text in texts]
    return torch.tensor([PER * sum(c) / len(c) if c else float("nan") for c in counts], dtype=torch.float64)


def swapped(attributes: Mapping[str, str]) -> dict[str, str] | None:
    """Return the attributes with the other gender; None for products of no or of any gender.

    The display name, which has the gender in it too, is changed with it.
    """
    gender = attributes.get("gender", "")
    if gender not in OTHER:
        return None
    name = attributes.get("productDisplayName", "")
    words = [OTHER[gender] if word == gender else word for word in name.split()]
    return {**attributes, "gender": OTHER[gender], **({"productDisplayName": " ".join(words)} if name else {})}


def generated_difference(
    texts: Sequence[str],
    other: Sequence[str],
    genders: Sequence[str],
    clusters: Tensor,
    words: frozenset[str],
    seed: int,
) -> Difference:
    """Return the difference between texts of the same attributes but for the gender: `texts` have `genders`."""
    ours, theirs = word_rate(texts, words), word_rate(other, words)
    female = torch.tensor([gender in FEMALE for gender in genders])
    pair = Pair("rate", "women", BASE)
    found = compare_means(pair, ours.where(female, theirs), theirs.where(female, ours), clusters, seed, {"rate": _RATE})
    return Difference(found.difference, found.low, found.high, found.n)


def real_difference(texts: Sequence[str], genders: Sequence[str], words: frozenset[str], seed: int) -> Difference:
    """Return the difference between real texts of the two genders, which are of different products."""
    rates = word_rate(texts, words).numpy()
    parts = [
        rates[[(gender in FEMALE) is female and gender in OTHER for gender in genders]] for female in (True, False)
    ]
    women, men = (part[np.isfinite(part)] for part in parts)
    if min(len(women), len(men)) < 2:
        return Difference(float("nan"), -float("inf"), float("inf"), len(women) + len(men))
    numbers = np.random.default_rng(seed)
    means = [part[numbers.integers(len(part), size=(RESAMPLES, len(part)))].mean(1) for part in (women, men)]
    low, high = np.quantile(means[0] - means[1], [QUANTILE, 1 - QUANTILE])
    return Difference(float(women.mean() - men.mean()), float(low), float(high), len(women) + len(men))
