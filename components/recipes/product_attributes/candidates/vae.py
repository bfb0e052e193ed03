"""Product attributes: a variational autoencoder of whole rows, with a softmax for each column."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.special import ndtri
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
    layers_of,
    losses_of,
    minimise,
    ranges_of,
    seeded,
    shares_of,
    weights_of,
    with_weights,
)
from components.recipes.product_attributes.rows.encoding import Codes, Uniforms

EDGE = 1e-12  # the normal quantile of 0 is infinite


def decoder_of(sizes: tuple[int, ...], width: int, latent: int) -> nn.Module:
    """Return a network from latent numbers to the scores of all columns."""
    return Scores(nn.Linear(latent, width), sizes, width)


@dataclass(frozen=True, slots=True)
class Autoencoder:
    """The decoder, which is all that generates rows."""

    decoder: nn.Module
    sizes: tuple[int, ...]
    width: int
    latent: int
    kind: str = "vae"

    @property
    def uniforms(self) -> int:
        return self.latent + len(self.sizes) + 1

    def propose(self, given: Given, numbers: Uniforms) -> tuple[Codes, Bools]:
        """Propose rows; a row counts with the probability that its latent numbers give the given codes.

        Columns are independent given the latent numbers, so this is rejection with the given columns summed out.
        """
        latent = ndtri(numbers[:, : self.latent].clip(EDGE, 1 - EDGE))
        with torch.no_grad():
            scores = self.decoder(torch.from_numpy(latent))
        codes = np.zeros((len(numbers), len(self.sizes)), dtype=np.int64)
        likely = np.ones(len(numbers))
        for k, place in enumerate(ranges_of(self.sizes)):
            weights = shares_of(scores, place) * mask_of(given, k, self.sizes[k])
            codes[:, k] = pick(weights, numbers[:, self.latent + k])
            likely *= weights.sum(1) if k in given else 1.0
        return codes, numbers[:, -1] < likely

    def arrays(self) -> tuple[Arrays, Mapping[str, Any]]:
        about = {"sizes": list(self.sizes), "width": self.width, "latent": self.latent}
        return weights_of(self.decoder), about


def fit(training: Training) -> Autoencoder:
    """Train encoder and decoder on the evidence lower bound.

    Source: Kingma and Welling, Auto-encoding variational Bayes (2013); the weight of the divergence is that of Higgins
    et al., beta-VAE (2017).
    """
    settings, sizes = training.settings.vae, training.sizes
    with seeded(training.seed, "vae") as numbers:
        width, latent = settings.width, settings.latent
        encoder = layers_of(Columns(sizes, width), width, 2 * latent)
        decoder = decoder_of(sizes, width, latent)

        def loss(codes: Tensor, numbers: torch.Generator, done: float) -> Tensor:
            mean, log_variance = encoder(codes).chunk(2, dim=1)
            noise = torch.randn(mean.shape, generator=numbers)
            scores = decoder(mean + noise * (log_variance / 2).exp())
            divergence = (mean.square() + log_variance.exp() - 1 - log_variance).sum(1) / 2
            weight = settings.divergence * min(1.0, 3 * done)
            bound: Tensor = losses_of(scores, codes, sizes).sum(1) + weight * divergence
            return bound.mean()

        minimise(nn.ModuleList([encoder, decoder]), loss, training, settings, numbers)
    return load(weights_of(decoder), {"sizes": sizes, "width": width, "latent": latent})


def load(arrays: Arrays, about: Mapping[str, Any]) -> Autoencoder:
    sizes, width, latent = tuple(about["sizes"]), about["width"], about["latent"]
    return Autoencoder(with_weights(decoder_of(sizes, width, latent), arrays), sizes, width, latent)
