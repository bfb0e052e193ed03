"""Product descriptions: choose the next token of each text by temperature, top-p and repetition penalty."""

import torch
from torch import Tensor

from components.recipes.product_descriptions.config import GenerationSettings
from components.training.order import generator


def uniform_numbers(seeds: list[int], count: int) -> Tensor:
    """Return (texts, count) numbers in [0, 1), each row from its own seed: token i of a text uses number i."""
    rows = [torch.rand(count, generator=generator(seed, "text"), dtype=torch.float64) for seed in seeds]
    return torch.stack(rows)


def next_tokens(logits: Tensor, said: Tensor, numbers: Tensor, settings: GenerationSettings) -> Tensor:
    """Return the next token of each text (texts,).

    Args:
        logits: (texts, vocabulary).
        said: (texts, vocabulary), whether a text has the token already.
        numbers: (texts,), in [0, 1): where in the distribution a token is taken.
        settings: temperature, top_p and repetition_penalty. All rows are computed by themselves.
    """
    scores = logits.double()
    if settings.repetition_penalty != 1:
        penalty = settings.repetition_penalty
        scores = torch.where(said, torch.where(scores > 0, scores / penalty, scores * penalty), scores)
    if settings.temperature == 0:
        return scores.argmax(-1)
    ordered, tokens = torch.sort(scores / settings.temperature, dim=-1, descending=True, stable=True)
    shares = torch.softmax(ordered, dim=-1)
    before = shares.cumsum(-1) - shares
    shares = torch.where(before < settings.top_p, shares, 0.0)  # the likeliest token is always kept
    reached = shares.cumsum(-1)
    place = (reached <= (numbers * reached[:, -1])[:, None]).sum(-1).clamp(max=tokens.shape[-1] - 1)
    return tokens.gather(-1, place[:, None])[:, 0]
