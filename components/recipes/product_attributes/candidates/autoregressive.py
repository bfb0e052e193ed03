"""Product attributes: an autoregressive network that learns every order of the columns at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from components.recipes.product_attributes.candidates.model import (
    Arrays,
    Bools,
    Given,
    Training,
    mask_of,
    pick,
)
from components.recipes.product_attributes.candidates.networks import (
    Columns,
    Scores,
    losses_of,
    minimise,
    ranges_of,
    seeded,
    shares_of,
    weights_of,
    with_weights,
)
from components.recipes.product_attributes.rows.encoding import Codes, Uniforms


def network_of(sizes: tuple[int, ...], width: int) -> nn.Module:
    """Return a network from the codes of some columns to the scores of all."""
    return Scores(Columns(sizes, width), sizes, width)


@dataclass(frozen=True, slots=True)
class Autoregressive:
    """A network that gives the codes of a column from any others: given columns are known from the start."""

    network: nn.Module
    sizes: tuple[int, ...]
    width: int
    kind: str = "autoregressive"

    @property
    def uniforms(self) -> int:
        return len(self.sizes)

    def propose(self, given: Given, numbers: Uniforms) -> tuple[Codes, Bools]:
        """Propose rows column by column: given ones first, then in the order of the table.

        A row counts if the columns that may have several codes got one of them.
        """
        fixed = [k for k in range(len(self.sizes)) if k in given and given[k].sum() == 1]
        rest = sorted(set(range(len(self.sizes))) - set(fixed), key=lambda k: (k not in given, k))
        codes = np.tile(np.array(self.sizes), (len(numbers), 1))
        for k in fixed:
            codes[:, k] = np.flatnonzero(given[k])[0]
        counts = np.ones(len(numbers), dtype=bool)
        ranges = ranges_of(self.sizes)
        for at, k in enumerate(rest):
            with torch.no_grad():
                shares = shares_of(self.network(torch.from_numpy(codes)), ranges[k])
            mask = mask_of(given, k, self.sizes[k]) if at == 0 else np.ones(self.sizes[k])  # the first one is exact
            codes[:, k] = pick(shares * mask, numbers[:, k])
            if k in given:
                counts &= given[k][codes[:, k]]
        return codes, counts

    def arrays(self) -> tuple[Arrays, Mapping[str, Any]]:
        return weights_of(self.network), {"sizes": list(self.sizes), "width": self.width}


def fit(training: Training) -> Autoregressive:
    """Train on rows of which a random number of random columns is known, to give the others.

    Source: Uria, Murray and Larochelle, A deep and tractable density estimator (2014), equation 9: with this choice the
    loss is the mean, over all orders, of the negative log likelihood.
    """
    settings, sizes = training.settings.autoregressive, training.sizes
    with seeded(training.seed, "autoregressive") as numbers:
        network = network_of(sizes, settings.width)
        unknown = torch.tensor(sizes)

        def loss(codes: Tensor, numbers: torch.Generator, _: float) -> Tensor:
            places = torch.rand(codes.shape, generator=numbers).argsort(1)
            known = places < torch.randint(len(sizes), (len(codes), 1), generator=numbers)
            losses = losses_of(network(torch.where(known, codes, unknown)), codes, sizes)
            return (losses * ~known).sum(1).div((~known).sum(1)).mean()

        minimise(network, loss, training, settings, numbers)
    return load(weights_of(network), {"sizes": sizes, "width": settings.width})


def load(arrays: Arrays, about: Mapping[str, Any]) -> Autoregressive:
    sizes, width = tuple(about["sizes"]), about["width"]
    return Autoregressive(with_weights(network_of(sizes, width), arrays), sizes, width)
