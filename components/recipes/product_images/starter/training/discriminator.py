"""components / product images / starter / training: a discriminator of patches, for a decoder with crisp edges."""

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

CHANNELS = (3, 32, 64, 96, 1)
STRIDES = (2, 2, 1, 1)


class Discriminator:
    """Gives each patch of a picture a number: above 0 real, below 0 decoded (PatchGAN: Isola et al., 2017).

    Spectral norms (Miyato et al., 2018) keep its gradients small enough for few steps of training.
    """

    def __init__(self) -> None:
        self.network = nn.Sequential()
        for place, stride in enumerate(STRIDES):
            size = 4 if stride == 2 else 3
            layer = nn.Conv2d(CHANNELS[place], CHANNELS[place + 1], size, stride, 1)
            self.network.append(spectral_norm(layer))
            if place + 1 < len(STRIDES):
                self.network.append(nn.LeakyReLU(0.2))
        self.optimiser = torch.optim.AdamW(self.network.parameters(), lr=6e-4, betas=(0.5, 0.95))

    def learn(self, real: Tensor, made: Tensor) -> None:
        """Take one step on the hinge loss of two batches (N, 3, H, W) in -1..1."""
        loss = functional.relu(1.0 - self.network(real)).mean() + functional.relu(1.0 + self.network(made)).mean()
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()

    def adversarial_loss(self, made: Tensor, reconstruction: Tensor, last_layer: Tensor) -> Tensor:
        """Return the loss of a decoded batch, scaled so that its gradient is as long as the reconstruction's.

        Both gradients are taken at the decoder's last layer: Esser et al., 2021, equation 7.
        """
        loss: Tensor = -self.network(made).mean()
        wanted, own = (torch.autograd.grad(x, last_layer, retain_graph=True)[0].norm() for x in (reconstruction, loss))
        weighted: Tensor = loss * (wanted / (own + 1e-6)).clamp(max=1e3).detach()
        return weighted
