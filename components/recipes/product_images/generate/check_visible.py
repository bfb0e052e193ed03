"""Product images: the check that a picture shows its product: a white one may vanish in a white background."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from components.core.predictor import Check
from components.metrics.appearance import CONTRAST

COLOUR = "baseColour"  # products of one colour stand out from white alike
FEWEST = 20  # real pictures of a colour; with fewer, those of all colours are compared with


@dataclass(frozen=True)
class VisibleProducts:
    """How much of each real picture differs from its background, with the colour of its product."""

    shares: Sequence[float]  # of the pixels, in [0, 1]
    colours: Sequence[str]
    quantile: float

    def check(self, share: float, attributes: Mapping[str, str]) -> Check:
        """Compare the share of a generated picture with that of real pictures of its colour."""
        colour = attributes.get(COLOUR, "")
        alike = [found for found, other in zip(self.shares, self.colours, strict=True) if other == colour]
        told = f" in {colour}" if len(alike) >= FEWEST else ""
        real = alike if told else list(self.shares)
        least = float(np.quantile(real, self.quantile))
        said = (
            f"{share:.1%} of its pixels differ from the background by more than {CONTRAST} levels, expected "
            f"{least:.1%} at least, which {1 - self.quantile:.0%} of {len(real)} real pictures{told} reach."
        )
        return Check("visible", share >= least, said, share, least)
