"""Metrics: the reading level of texts, by the Automated Readability Index.

Source: Smith and Senter, Automated readability index (1967): 4.71 letters per word + 0.5 words per sentence - 21.43.
It needs no count of syllables, which only a dictionary gets right.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from components.metrics.words import sentences_of, words_of


def reading_level(texts: Sequence[str]) -> Tensor:
    """Return the US school grade of each text (N,): about 6 for plain English, above 14 for hard texts; NaN if empty.

    >>> round(reading_level(["The cat sat on the mat."]).item(), 2)
    -5.09
    """
    return torch.tensor([_grade(text) for text in texts], dtype=torch.float64)


def _grade(text: str) -> float:
    words, sentences = words_of(text), sentences_of(text)
    if not words:
        return float("nan")
    letters = sum(character.isalnum() for word in words for character in word)
    return 4.71 * letters / len(words) + 0.5 * len(words) / len(sentences) - 21.43
