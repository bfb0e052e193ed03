"""Metrics: the agreement of pictures with their prompts, from embeddings of both."""

import torch
from torch import Tensor


def cosines(pictures: Tensor, texts: Tensor) -> Tensor:
    """Return (N,) the cosine similarity of each picture and its prompt, in [-1, 1]. Their mean is the CLIP score.

    Other tools print 100 times that, with values below 0 as 0. Higher is better.

    Args:
        pictures: (N, width) embeddings of the pictures.
        texts: (N, width) embeddings of the prompts.
    """
    return torch.cosine_similarity(pictures.double(), texts.double()).clamp(-1, 1)


def text_match(pictures: Tensor, texts: Tensor) -> Tensor:
    """Return (N,) 1 where a picture is more similar to its own text than to every different text, else 0.

    This is retrieval at rank 1, as in R-precision (Xu et al., AttnGAN, 2018). A tie is not a match. The values are NaN
    if all texts are equal.

    Args:
        pictures: (N, width) embeddings of the pictures.
        texts: (N, width) embeddings of the prompts; equal prompts must have bit-identical embeddings.
    """
    different, own = torch.unique(texts.double(), dim=0, return_inverse=True)
    if len(different) < 2:
        return torch.full((len(pictures),), torch.nan, dtype=torch.float64)
    similar = _unit(pictures.double()) @ _unit(different).T
    to_own = similar.gather(1, own[:, None])[:, 0]
    to_others = similar.scatter(1, own[:, None], -torch.inf).amax(1)
    return (to_own > to_others).double()


def _unit(embeddings: Tensor) -> Tensor:
    return torch.nn.functional.normalize(embeddings, dim=1)
