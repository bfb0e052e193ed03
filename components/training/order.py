"""Training: the examples and random numbers of a micro-batch, derived from (seed, epoch, position) alone.

A resumed training therefore gets what an uninterrupted one gets, without any generator state on disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from components.core.errors import DataError
from components.core.seeds import derive_seed


def generator(seed: int, *parts: int | str) -> torch.Generator:
    """Return a generator seeded by all parts. It is on the CPU, so that every device gets the same numbers."""
    return torch.Generator().manual_seed(derive_seed(seed, *parts))


def require_batch(examples: int, batch: int) -> None:
    """Raise DataError unless the examples fill at least one batch."""
    if examples < batch:
        raise DataError(
            f"The train split has {examples} examples",
            expected=f"at least one batch of {batch}",
            act="lower train.batch, or ingest more examples",
        )


def batch_indices(micro: int, examples: int, batch: int, seed: int) -> tuple[int, int, Tensor]:
    """Return (epoch, position, indices (batch,)) of micro-batch `micro`, 0-based over the whole training.

    Each epoch has its own order. The last examples of an epoch that do not fill a batch are skipped.
    """
    epoch, position = divmod(micro, examples // batch)
    order = torch.randperm(examples, generator=generator(seed, "order", epoch))
    return epoch, position, order[position * batch : (position + 1) * batch]


@contextmanager
def seeded_dropout(active: bool, seed: int, *parts: int | str) -> Iterator[None]:
    """Seed the global generator, which dropout layers use, inside the block, and restore its state afterwards."""
    if not active:
        yield
        return
    with torch.random.fork_rng():
        torch.manual_seed(derive_seed(seed, *parts))  # noqa: TID251  # dropout layers use no other
        yield
