"""Metrics: how well each picture agrees with its prompt, from embeddings of both."""

import torch
from torch import Tensor


def cosines(pictures: Tensor, texts: Tensor) -> Tensor:
    """Return (N,) the cosine of each picture and its prompt, in [-1, 1]. Their mean is the CLIP score.

    Others print 100 times that, and 0 for what is below 0. Higher is better.

    Args:
        pictures: (N, width) embeddings of the pictures.
        texts: (N, width) embeddings of the prompts.
    """
    return torch.cosine_similarity(pictures.double(), texts.double()).clamp(-1, 1)


def text_match(pictures: Tensor, texts: Tensor) -> Tensor:
    """Return (N,) 1 where a picture is more similar to its own text than to each different one, else 0.

    Retrieval at rank 1, as with R-precision (Xu et al., AttnGAN, 2018). A tie is no match: such a picture does not tell
    its text from another. NaN where all texts are the same, and nothing is to be told apart.

    Args:
        pictures: (N, width) embeddings of the pictures.
        texts: (N, width) embeddings of the prompts; equal prompts have equal embeddings, bit for bit.
    """
    different, own = torch.unique(texts.double(), dim=0, return_inverse=True)
    if len(different) < 2:
        return torch.full((len(pictures),), torch.nan, dtype=torch.float64)
    similar = _unit(pictures.double()) @ _unit(different).T
    mine = similar.gather(1, own[:, None])[:, 0]
    others = similar.scatter(1, own[:, None], -torch.inf).amax(1)
    return (mine > others).double()


def _unit(embeddings: Tensor) -> Tensor:
    return torch.nn.functional.normalize(embeddings, dim=1)
