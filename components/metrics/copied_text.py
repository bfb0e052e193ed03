"""Metrics: what generated texts copy from training texts: shared sequences of words, and the nearest training text."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from components.metrics.words import Gram, grams_of, words_of

COPIED = 8  # words in a sequence that is hardly written twice by chance
ALIKE = 3  # words in the sequences by which the nearest text is found
RARE = 0.01  # the share of real texts above the limit, and so the score of a perfect writer


@dataclass(frozen=True, slots=True)
class NearestTexts:
    """The nearest training text of each text (N,): its place, and the share of the text's 3-word sequences it has.

    `values` are 1 for texts nearer than `limit`, else 0, and NaN where there is nothing to compare. The place is -1
    if no training text has any of the sequences.
    """

    values: Tensor
    place: Tensor
    share: Tensor
    limit: float


class TrainingTexts:
    """The sequences of words of the training texts, with the texts that have them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.long: set[Gram] = set()
        self.places: dict[Gram, list[int]] = defaultdict(list)
        for place, text in enumerate(texts):
            words = words_of(text)
            self.long.update(grams_of(words, COPIED))
            for gram in set(grams_of(words, ALIKE)):
                self.places[gram].append(place)

    def copied(self, texts: Sequence[str]) -> Tensor:
        """Return the share of each text's 8-word sequences that a training text has (N,); NaN for a shorter text."""
        return torch.tensor([self._copied(words_of(text)) for text in texts], dtype=torch.float64)

    def nearest(self, texts: Sequence[str], held_out: Sequence[str]) -> NearestTexts:
        """Return the nearest training text of each, and whether it is too near.

        Too near: nearer than all but the nearest 1 % of held-out real texts are to a training text.
        """
        found = [self._nearest(words_of(text)) for text in texts]
        theirs = torch.tensor([self._nearest(words_of(text))[1] for text in held_out], dtype=torch.float64)
        known = theirs[theirs.isfinite()]
        limit = float(known.quantile(1 - RARE)) if len(known) else float("nan")
        share = torch.tensor([share for _, share in found], dtype=torch.float64)
        values = (share > limit).double().where(share.isfinite() & (len(known) > 0), torch.nan)
        return NearestTexts(values, torch.tensor([place for place, _ in found]), share, limit)

    def _copied(self, words: Sequence[str]) -> float:
        grams = grams_of(words, COPIED)
        return sum(gram in self.long for gram in grams) / len(grams) if grams else float("nan")

    def _nearest(self, words: Sequence[str]) -> tuple[int, float]:
        grams = set(grams_of(words, ALIKE))
        if not grams:
            return -1, float("nan")
        counts = Counter(place for gram in grams for place in self.places.get(gram, ()))
        place, count = min(counts.items(), key=lambda pair: (-pair[1], pair[0]), default=(-1, 0))
        return place, count / len(grams)
