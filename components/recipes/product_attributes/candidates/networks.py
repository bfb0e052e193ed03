"""Product attributes: what the neural candidates share: one-hot columns, the training loop, exact weights of rows."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import cos, pi
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from components.core.errors import TrainingError
from components.core.seeds import derive_seed
from components.recipes.product_attributes.candidates.model import Arrays, Floats, Training
from components.recipes.product_attributes.candidates.settings import NetworkSettings
from components.training.device import limit_threads

Loss = Callable[[Tensor, torch.Generator, float], Tensor]  # (codes, random numbers, share of the steps done) -> loss


class Columns(nn.Module):
    """The input of a network: the sum of a vector for each column's code; code `size` says that it is not known."""

    def __init__(self, sizes: tuple[int, ...], width: int) -> None:
        super().__init__()
        ends = np.cumsum([size + 1 for size in sizes])
        self.offsets = torch.tensor([0, *ends[:-1]])
        self.vectors = nn.Embedding(int(ends[-1]), width)
        nn.init.normal_(self.vectors.weight, std=len(sizes) ** -0.5)

    def forward(self, codes: Tensor) -> Tensor:
        summed: Tensor = self.vectors(codes + self.offsets).sum(1)
        return summed


class Block(nn.Module):
    """A residual block."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.GELU(), nn.Linear(width, width))

    def forward(self, hidden: Tensor) -> Tensor:
        return hidden + self.layers(hidden)  # type: ignore[no-any-return]


def layers_of(first: nn.Module, width: int, outputs: int) -> nn.Sequential:
    """Return the layers of a network: the first one, whose output has the width, two residual blocks, the outputs."""
    return nn.Sequential(first, Block(width), Block(width), nn.LayerNorm(width), nn.Linear(width, outputs))


class Scores(nn.Module):
    """From the output of `first` to the scores of all columns: what a version keeps of a network."""

    def __init__(self, first: nn.Module, sizes: tuple[int, ...], width: int) -> None:
        super().__init__()
        self.layers = layers_of(first, width, sum(sizes))

    def forward(self, inputs: Tensor) -> Tensor:
        scores: Tensor = self.layers(inputs)
        return scores


def losses_of(scores: Tensor, codes: Tensor, sizes: tuple[int, ...]) -> Tensor:
    """Return (rows, columns) the cross-entropy of each code, from scores (rows, sum of sizes)."""
    parts = zip(torch.split(scores, list(sizes), dim=1), codes.unbind(1), strict=True)
    return torch.stack([cross_entropy(part, column, reduction="none") for part, column in parts], dim=1)


@contextmanager
def seeded(seed: int, what: str) -> Iterator[torch.Generator]:
    """One thread and random numbers of the seed: the same seed gives the same weights."""
    with limit_threads(torch.device("cpu"), 0), torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(derive_seed(seed, what))  # of the initial weights
        yield torch.Generator().manual_seed(derive_seed(seed, what, "training"))


def minimise(
    module: nn.Module, loss: Loss, training: Training, settings: NetworkSettings, numbers: torch.Generator
) -> None:
    """Train with AdamW, and a learning rate that falls along half a cosine.

    Raises:
        TrainingError: the loss is not a finite number.
    """
    codes = torch.from_numpy(training.codes)
    optimizer = torch.optim.AdamW(module.parameters(), lr=settings.learning_rate, weight_decay=0.01)
    total = settings.epochs * -(-len(codes) // settings.batch)
    for step, places in enumerate(_batches(len(codes), settings, numbers)):
        optimizer.param_groups[0]["lr"] = settings.learning_rate * (1 + cos(pi * step / total)) / 2
        optimizer.zero_grad()
        value = loss(codes[places], numbers, step / total)
        if not bool(value.isfinite()):
            found = f"The loss is {float(value)} at step {step}"
            raise TrainingError(found, expected="a number", act="lower its learning_rate")
        value.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    module.eval()


def _batches(count: int, settings: NetworkSettings, numbers: torch.Generator) -> Iterator[Tensor]:
    for _ in range(settings.epochs):
        yield from torch.split(torch.randperm(count, generator=numbers), settings.batch)


def shares_of(scores: Tensor, size: tuple[int, int]) -> Floats:
    """Return (rows, codes) the probabilities of one column; `size` is the range of its scores."""
    shares: Floats = scores[:, size[0] : size[1]].softmax(1).numpy()
    return shares


def ranges_of(sizes: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return where the scores of each column begin and end."""
    ends = np.cumsum(sizes).tolist()
    return list(zip([0, *ends[:-1]], ends, strict=True))


def weights_of(module: nn.Module) -> dict[str, NDArray[Any]]:
    return {name: tensor.detach().float().numpy() for name, tensor in module.state_dict().items()}


def with_weights(module: nn.Module, arrays: Arrays) -> nn.Module:
    """Return the module with these weights, in double precision.

    Then the rounding of sums, which differs with the number of rows in a batch, changes no generated code.
    """
    state: Mapping[str, Tensor] = {name: torch.from_numpy(np.array(array)) for name, array in arrays.items()}
    module.load_state_dict(state)
    return module.double().eval()
