"""Product attributes: how the candidates are fitted, a section of the model's YAML."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from components.core.strict import Strict, unit


class NetworkSettings(Strict):
    """A candidate that is a neural network."""

    width: Annotated[int, Field(ge=8, le=2048)] = 192
    """The width of its hidden layers."""
    epochs: Annotated[int, Field(ge=1)] = 30
    """How often each row is seen."""
    batch: Annotated[int, Field(ge=1), unit("rows")] = 256
    """Rows of a step."""
    learning_rate: Annotated[float, Field(gt=0)] = 2e-3
    """The largest learning rate; it falls to 0 along half a cosine."""


class AutoencoderSettings(NetworkSettings):
    """The variational autoencoder."""

    latent: Annotated[int, Field(ge=1, le=256)] = 16
    """The number of latent dimensions."""
    divergence: Annotated[float, Field(gt=0)] = 0.5
    """The weight of the divergence from the prior (beta); it rises from 0 in the first third of the steps."""


class LadderSettings(Strict):
    """How the candidates are fitted."""

    bins: Annotated[int, Field(ge=2, le=256)] = 32
    """The most bins of a column of numbers. A number is generated as one of the training's values of its bin."""
    strengths: Sequence[Annotated[float, Field(gt=0)]] = (0.5, 1, 2, 5, 10, 20, 50, 100)
    """Candidates for how many rows a less specific estimate counts as, where a more specific one has few rows; for
    each column the one with the best leave-one-out likelihood is taken."""
    context: Annotated[int, Field(ge=1, le=12), unit("columns")] = 6
    """The most columns on which a column depends at once in the chain."""
    autoregressive: NetworkSettings = NetworkSettings()
    vae: AutoencoderSettings = AutoencoderSettings()
