"""Metrics: ROUGE-1 and ROUGE-L of texts against a real text each, by rouge-score.

Source: Lin, ROUGE (2004); F-measures in [0, 1], words without their endings (Porter's stemmer).
"""

from collections.abc import Sequence
from functools import cache

import torch
from rouge_score.rouge_scorer import RougeScorer
from torch import Tensor

NAMES = {"rouge_1": "rouge1", "rouge_l": "rougeL"}  # ours -> rouge-score's


@cache
def _scorer() -> RougeScorer:
    return RougeScorer(list(NAMES.values()), use_stemmer=True)


def rouge(texts: Sequence[str], references: Sequence[str]) -> dict[str, Tensor]:
    """Return `rouge_1` and `rouge_l` (N,): words in common, and the longest common subsequence of words."""
    found = [_scorer().score(real, text) for text, real in zip(texts, references, strict=True)]
    return {
        name: torch.tensor([float(scores[theirs].fmeasure) for scores in found], dtype=torch.float64)
        for name, theirs in NAMES.items()
    }
