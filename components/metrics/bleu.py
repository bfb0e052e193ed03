"""Metrics: BLEU against a real text, and BLEU of texts among themselves, by sacrebleu.

Values are in [0, 1]; sacrebleu prints 100 times that. Source: Papineni and others, BLEU (2002); Post, A call for
clarity in reporting BLEU scores (2018): tokenizer 13a, case matters, exponential smoothing.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
from sacrebleu.metrics.bleu import BLEU
from torch import Tensor

from components.metrics.classified import Array

ORDERS = 4  # of n-grams
MOST_OTHERS = 32  # texts that a text is compared with, so that the time grows with the number of texts


@cache
def _scorer() -> BLEU:
    return BLEU(effective_order=True)  # a text of three words has no sequence of four


def bleu_counts(texts: Sequence[str], references: Sequence[str]) -> Array:
    """Return (N, 10) of each text: n-grams found in its reference and n-grams by order, its length, the reference's."""
    found = [_scorer().sentence_score(text, [real]) for text, real in zip(texts, references, strict=True)]
    rows = [[*score.counts, *score.totals, score.sys_len, score.ref_len] for score in found]
    return np.array(rows, dtype=np.float64).reshape(-1, 2 * ORDERS + 2)


def corpus_bleu(counts: Array, weights: Array) -> Array:
    """Return the BLEU of the texts under each row of whole weights (resamples, N): all texts are counted together."""
    return np.array([_bleu(row) for row in weights @ counts])


def _bleu(row: Array) -> float:
    numbers = row.astype(int).tolist()  # sacrebleu counts in whole numbers
    correct, total, (ours, real) = numbers[:ORDERS], numbers[ORDERS:-2], numbers[-2:]
    score = BLEU.compute_bleu(correct, total, ours, real, smooth_method="exp")
    return float(score.score) / 100


def self_bleu(texts: Sequence[str]) -> Tensor:
    """Return the BLEU of each text (N,) with the others as its references; lower is more diverse.

    Source: Zhu and others, Texygen (2018). Each text is compared with the next 32 others. Without others it is NaN.
    """
    return torch.tensor([_among(texts, at) for at in range(len(texts))], dtype=torch.float64)


def _among(texts: Sequence[str], at: int) -> float:
    others = [texts[(at + step) % len(texts)] for step in range(1, min(MOST_OTHERS, len(texts) - 1) + 1)]
    return float(_scorer().sentence_score(texts[at], others).score) / 100 if others else float("nan")
