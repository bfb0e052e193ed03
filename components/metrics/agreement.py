"""Metrics: how well pictures agree with their prompts (CLIP score, as a cosine)."""

import torch
from torch import Tensor


def cosines(pictures: Tensor, texts: Tensor) -> Tensor:
    """Return float64 (N,), the CLIP score of each picture: its cosine with its prompt. Others print 100 x that.

    Args:
        pictures: (N, width) embeddings of the pictures.
        texts: (N, width) embeddings of the prompts.
    """
    return torch.cosine_similarity(pictures.double(), texts.double())
