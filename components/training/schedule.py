"""Training: the learning rate schedule, in optimizer steps whatever the gradient accumulation."""

import math


def learning_rate(step: int, peak: float, warmup: int, total: int) -> float:
    """Return the learning rate of optimizer step `step` (0-based): linear warm-up to `peak`, then a half cosine to 0.

    Source: Loshchilov and Hutter, 2017 (SGDR), eq. 5 with one period; the warm-up of Goyal et al., 2017.

    >>> [round(learning_rate(step, 1.0, 2, 6), 3) for step in range(7)]
    [0.0, 0.5, 1.0, 0.854, 0.5, 0.146, 0.0]
    """
    if step < warmup:
        return peak * step / warmup
    progress = (step - warmup) / max(1, total - warmup)
    return peak * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
