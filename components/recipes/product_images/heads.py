"""Product images: classifiers of a product's attributes, taught on real pictures, which say what drawn ones show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from components.core.records import Example
from components.core.seeds import derive_seed
from components.metrics.attributes import AttributeHead, fit_attribute

ATTRIBUTES: Mapping[str, str] = {"colour": "baseColour", "article": "articleType", "gender": "gender"}


@dataclass(frozen=True)
class Heads:
    """A classifier for each attribute of which there is more than one value, and why others have none."""

    by_attribute: Mapping[str, AttributeHead]
    missing: Mapping[str, str]

    def agreement(self, features: Tensor, examples: Sequence[Example]) -> dict[str, Tensor]:
        """Return (N,) by score whether each picture shows what was asked for: 1, 0, or NaN where nobody can tell.

        `attribute_agreement` is the mean over the attributes whose classifier is good enough on real pictures.
        """
        found = {
            f"{name}_agreement": head.agreement(features, asked(examples, name))
            for name, head in self.by_attribute.items()
        }
        usable = [found[f"{name}_agreement"] for name, head in self.by_attribute.items() if head.usable]
        if usable:
            found = {"attribute_agreement": torch.stack(usable).nanmean(0), **found}
        return found


def teach(training: Tensor, taught: Sequence[Example], held_out: Tensor, real: Sequence[Example], seed: int) -> Heads:
    """Return classifiers that learnt from real training pictures, and were tried on real ones held out.

    Args:
        training: (K, width) features of the training pictures.
        taught: their examples.
        held_out: (M, width) features of real pictures of the scored split.
        real: their examples.
        seed: of the fit.
    """
    found: dict[str, AttributeHead] = {}
    missing: dict[str, str] = {}
    for name in ATTRIBUTES:
        taught_values, real_values = asked(taught, name), asked(real, name)
        try:
            found[name] = fit_attribute(training, taught_values, held_out, real_values, derive_seed(seed, name))
        except ValueError as error:
            missing[f"{name}_agreement"] = f"of {ATTRIBUTES[name]} {error}"
    if not any(head.usable for head in found.values()):
        missing["attribute_agreement"] = "no classifier of an attribute is good enough on real pictures"
    return Heads(found, missing)


def asked(examples: Sequence[Example], name: str) -> list[str | None]:
    """Return what each picture was asked to show of an attribute, None where nothing was asked."""
    return [str(value) if (value := example.get(ATTRIBUTES[name])) else None for example in examples]
