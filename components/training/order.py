"""Training: which examples a micro-batch sees, and its random numbers, from (seed, epoch, position) alone.

So a resumed training sees what an uninterrupted one would have seen, without any generator state on disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from components.core.errors import DataError
from components.core.seeds import derive_seed


def generator(seed: int, *parts: int | str) -> torch.Generator:
    """Return a CPU generator whose numbers depend on all parts. CPU, so that every device draws the same ones."""
    return torch.Generator().manual_seed(derive_seed(seed, *parts))


def require_batch(examples: int, batch: int) -> None:
    """Raise DataError where not even one batch can be filled."""
    if examples < batch:
        raise DataError(
            f"The train split has {examples} examples, expected at least one batch of {batch}: "
            "lower train.batch, or ingest more pictures."
        )


def batch_indices(micro: int, examples: int, batch: int, seed: int) -> tuple[int, int, Tensor]:
    """Return (epoch, position, indices (batch,)) of micro-batch number `micro`, 0-based over the whole training.

    Each epoch has its own order; the examples that fill no batch are left out of that epoch, others of the next.
    """
    epoch, position = divmod(micro, examples // batch)
    order = torch.randperm(examples, generator=generator(seed, "order", epoch))
    return epoch, position, order[position * batch : (position + 1) * batch]


@contextmanager
def seeded_dropout(active: bool, seed: int, *parts: int | str) -> Iterator[None]:
    """Derive the global generator's numbers inside the block, which dropout layers draw from, and put it back after."""
    if not active:
        yield
        return
    with torch.random.fork_rng():
        torch.manual_seed(derive_seed(seed, *parts))  # noqa: TID251  # the one that dropout layers draw from; put back
        yield
