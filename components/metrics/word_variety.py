"""Metrics: the variety of words: different n-grams of a set of texts, and repetition within a text."""

from collections.abc import Sequence

import numpy as np
import torch
from scipy.sparse import csr_matrix
from torch import Tensor

from components.metrics.classified import Array
from components.metrics.words import grams_of, words_of

REPEATED = 4  # words in a sequence that counts as repeated
ROWS = 100  # resamples at once, so that they fit into memory


class GramCounts:
    """How often each n-gram occurs in each of N texts: a sparse matrix (N, different n-grams)."""

    def __init__(self, texts: Sequence[str], size: int) -> None:
        columns: dict[tuple[str, ...], int] = {}
        grams = [[columns.setdefault(g, len(columns)) for g in grams_of(words_of(text), size)] for text in texts]
        places = [(row, column) for row, found in enumerate(grams) for column in found]
        rows, found = zip(*places, strict=True) if places else ((), ())
        ones, shape = np.ones(len(places)), (len(texts), max(1, len(columns)))
        self.matrix = csr_matrix((ones, (rows, found)), shape=shape)  # equal places are added up


def distinct(counts: GramCounts, weights: Array) -> Array:
    """Return the different n-grams divided by all n-grams, under each row of weights (resamples, N).

    It falls with the number of words: compare sets of equal size. Source: Li and others, A diversity-promoting
    objective function for neural conversation models (2016). NaN without any n-gram.
    """
    parts = np.array_split(weights, max(1, len(weights) // ROWS))
    picked = [np.asarray(part @ counts.matrix) for part in parts]
    different, total = (
        np.concatenate(sums) for sums in zip(*(((p > 0).sum(1), p.sum(1)) for p in picked), strict=True)
    )
    found: Array = np.divide(different, total, out=np.full(len(total), np.nan), where=total > 0)
    return found


def repetition(texts: Sequence[str]) -> Tensor:
    """Return the share of each text's 4-word sequences that the text has had before (N,); NaN without any.

    Source: Welleck and others, Neural text generation with unlikelihood training (2020): seq-rep-4.
    """
    return torch.tensor([_repeated(words_of(text)) for text in texts], dtype=torch.float64)


def _repeated(words: Sequence[str]) -> float:
    grams = grams_of(words, REPEATED)
    return 1 - len(set(grams)) / len(grams) if grams else float("nan")
