"""Product images: classifiers of a product's attributes, fitted to real pictures, for generated ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor

from components.core.records import Example
from components.core.seeds import derive_seed
from components.metrics.attributes import LEARNABLE, AttributeClassifier, attribute_agreement, fit_attribute

ATTRIBUTES: Mapping[str, str] = {"colour": "baseColour", "article": "articleType", "gender": "gender"}


@dataclass(frozen=True)
class AttributeClassifiers:
    """A classifier for each attribute of which there is more than one value, and why others have none."""

    by_attribute: Mapping[str, AttributeClassifier]
    missing: Mapping[str, str]

    def agreement(self, features: Tensor, examples: Sequence[Example]) -> dict[str, Tensor]:
        """Return (N,) by score whether each picture shows what was asked for: 1, 0, or NaN where that is not known.

        `attribute_agreement` is the mean over the attributes whose classifier is good enough on real pictures.
        """
        found = {
            f"{name}_agreement": classifier.agreement(features, asked(examples, name))
            for name, classifier in self.by_attribute.items()
        }
        usable = [found[f"{name}_agreement"] for name, classifier in self.by_attribute.items() if classifier.usable]
        if usable:
            found = {"attribute_agreement": attribute_agreement(usable), **found}
        return found


def fit_classifiers(training: Tensor, taught: Sequence[Example], seed: int) -> AttributeClassifiers:
    """Return classifiers fitted to real training pictures; each is tested on a part of them that is held out.

    Args:
        training: (K, width) features of the training pictures.
        taught: their examples.
        seed: decides the parts.
    """
    fitted = {name: _fit(training, asked(taught, name), derive_seed(seed, name)) for name in ATTRIBUTES}
    found = {name: classifier for name, classifier in fitted.items() if classifier is not None}
    missing = {
        f"{name}_agreement": f"fewer than two values of {ATTRIBUTES[name]} have {LEARNABLE} training pictures each"
        for name in fitted.keys() - found.keys()
    }
    if not any(classifier.usable for classifier in found.values()):
        missing["attribute_agreement"] = "no classifier of an attribute is good enough on real pictures"
    return AttributeClassifiers(found, missing)


def _fit(features: Tensor, values: Sequence[str | None], seed: int) -> AttributeClassifier | None:
    known = [i for i, value in enumerate(values) if value is not None]
    return fit_attribute(features[known], [str(values[i]) for i in known], seed)


def asked(examples: Sequence[Example], name: str) -> list[str | None]:
    """Return what each picture was asked to show of an attribute, None where nothing was asked."""
    return [str(value) if (value := example.get(ATTRIBUTES[name])) else None for example in examples]
