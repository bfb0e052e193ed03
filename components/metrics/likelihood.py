"""Metrics: how well a language model predicts texts: bits per byte and perplexity per token.

Perplexity depends on the tokenizer: the same text has fewer, harder tokens in a larger vocabulary. Bits per byte do
not, so that models with different tokenizers can be compared.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from components.metrics.classified import Array


@dataclass(frozen=True, slots=True)
class TextLosses:
    """For each of N texts the sum of its tokens' negative log-likelihoods in nats, its tokens and its UTF-8 bytes.

    All are (N,) float64. The end token counts as a token of the text; tokens of the prompt do not.
    """

    nats: Tensor
    tokens: Tensor
    bytes: Tensor

    def first(self, count: int) -> "TextLosses":
        return TextLosses(self.nats[:count], self.tokens[:count], self.bytes[:count])


def bits_per_byte(losses: TextLosses) -> Tensor:
    """Return the bits per byte of each text (N,), lower is better; NaN for a text without a byte.

    >>> bits_per_byte(TextLosses(*torch.tensor([[2.0], [3.0], [4.0]], dtype=torch.float64))).item()
    0.7213475204444817
    """
    return (losses.nats / math.log(2) / losses.bytes).where(losses.bytes > 0, torch.nan)


def perplexity(losses: TextLosses, weights: Array) -> Array:
    """Return exp(nats per token) of the texts under each row of weights (resamples, N), lower is better.

    The mean is over tokens, not over texts: the usual definition (Jelinek and others, 1977).
    """
    found: Array = np.exp((weights @ losses.nats.numpy()) / (weights @ losses.tokens.numpy()))
    return found
