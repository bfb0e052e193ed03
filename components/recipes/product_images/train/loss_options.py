"""Product images: the options of the loss: Min-SNR, weights of the background, noise offset, mirrored pictures."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from components.training.order import generator

Where = tuple[int, int, int]  # seed, epoch, position in the epoch: from which all randomness of a micro-batch comes


@dataclass(frozen=True, slots=True)
class LossOptions:
    """What differs from the plain loss. Tensors have a row for each example of the train split."""

    rows: Tensor | None = None  # the examples of an epoch, rare ones more than once; None: each once
    mirrored_mean: Tensor | None = None  # of the latents of the mirrored pictures; None: none is mirrored
    mirrored_std: Tensor | None = None
    cell_weights: Tensor | None = None  # (examples, 1, side, side), mean 1 for each example; None: all 1
    min_snr_gamma: float | None = None
    noise_offset: float = 0.0

    def moments(self, rows: Tensor, where: Where, mean: Tensor, std: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and standard deviation of the latents of these rows, of which some are mirrored."""
        if self.mirrored_mean is None or self.mirrored_std is None:
            return mean[rows], std[rows]
        flips = _flips(len(rows), where)[:, None, None, None]
        return (
            torch.where(flips, self.mirrored_mean[rows], mean[rows]),
            torch.where(flips, self.mirrored_std[rows], std[rows]),
        )

    def offset(self, noise: Tensor, where: Where) -> Tensor:
        """Return the noise with one random shift for each channel of each example (Guttenberg, 2023)."""
        if not self.noise_offset:
            return noise
        shifts = torch.randn((*noise.shape[:2], 1, 1), generator=generator(where[0], "noise offset", *where[1:]))
        return noise + self.noise_offset * shifts

    def weights(self, rows: Tensor, where: Where) -> Tensor | None:
        if self.cell_weights is None:
            return None
        weights = self.cell_weights[rows]
        if self.mirrored_mean is None:
            return weights
        return torch.where(_flips(len(rows), where)[:, None, None, None], weights.flip(-1), weights)

    def error(self, predicted: Tensor, wanted: Tensor, scheduler: Any, times: Tensor, weights: Tensor | None) -> Tensor:
        """Return the mean squared error, a scalar, weighted by cells and by signal-to-noise ratio."""
        if weights is None and self.min_snr_gamma is None:
            return torch.nn.functional.mse_loss(predicted, wanted)
        squares = (predicted - wanted) ** 2
        if weights is not None:
            squares = squares * weights.to(squares.device)
        each = squares.flatten(1).mean(1)
        return (each * self._snr_weights(scheduler, times.cpu()).to(each.device)).mean()

    def _snr_weights(self, scheduler: Any, times: Tensor) -> Tensor:
        """Return a weight for each example: Hang et al., 2023 (Min-SNR), eq. 8, and for velocities their eq. 9."""
        if self.min_snr_gamma is None:
            return torch.ones(len(times))
        kept = scheduler.alphas_cumprod.cpu()[times]
        ratio = kept / (1 - kept)
        divisor = ratio + 1 if scheduler.config.prediction_type == "v_prediction" else ratio
        weights: Tensor = ratio.clamp(max=self.min_snr_gamma) / divisor
        return weights


PLAIN = LossOptions()


def _flips(count: int, where: Where) -> Tensor:
    """Return which examples of a micro-batch are mirrored: each with probability one half."""
    return torch.rand(count, generator=generator(where[0], "mirror", *where[1:])) < 0.5
