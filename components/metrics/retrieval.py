"""Metrics: can a picture be told from its text (image-text retrieval, the first hit)."""

import torch
from torch import Tensor


def text_match(pictures: Tensor, texts: Tensor) -> Tensor:
    """Return float64 (N,): 1 where no other text of the batch is as like the picture as its own, else 0.

    Texts that are the same are one text. The more different texts, the harder it is: compare the same prompts only.

    Args:
        pictures: (N, width) embeddings of length 1.
        texts: (N, width) embeddings of length 1, each picture's own.
    """
    different, own = torch.unique(texts, dim=0, return_inverse=True)
    cosines = pictures.double() @ different.double().T
    mine = cosines.gather(1, own[:, None])
    others = cosines.scatter(1, own[:, None], -torch.inf)
    found: Tensor = (mine[:, 0] > others.amax(1)).double()
    return found
