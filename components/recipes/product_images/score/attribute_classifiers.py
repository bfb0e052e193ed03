"""Product images: classifiers of product attributes, fitted to real pictures and used on generated ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor

from components.core.seeds import derive_seed
from components.metrics.attributes import LEARNABLE, AttributeClassifier, attribute_agreement, fit_attribute
from components.recipes.product_images.example import ATTRIBUTES, ProductImage, attribute_of

CLASSIFIED = ("colour", "article", "gender")


@dataclass(frozen=True)
class AttributeClassifiers:
    """A classifier for each attribute that has more than one value, and why the other attributes have none."""

    by_attribute: Mapping[str, AttributeClassifier]
    missing: Mapping[str, str]  # score -> why it cannot be measured

    def agreement(self, features: Tensor, examples: Sequence[ProductImage]) -> dict[str, Tensor]:
        """Return (N,) by score: 1 if a picture shows the attribute of its prompt, 0 if not, NaN if that is not known.

        `attribute_agreement` is the mean over the attributes whose classifier is good enough on real pictures.
        """
        found = {
            f"{name}_agreement": classifier.agreement(features, requested_values(examples, name))
            for name, classifier in self.by_attribute.items()
        }
        usable = [found[f"{name}_agreement"] for name, classifier in self.by_attribute.items() if classifier.usable]
        if usable:
            found = {"attribute_agreement": attribute_agreement(usable), **found}
        return found


def fit_classifiers(training: Tensor, examples: Sequence[ProductImage], seed: int) -> AttributeClassifiers:
    """Return classifiers fitted to real training pictures. Each is tested on a held-out part of them.

    Args:
        training: (K, width) features of the training pictures.
        examples: of the training pictures.
        seed: decides which part is held out.
    """
    fitted = {name: _fit(training, requested_values(examples, name), derive_seed(seed, name)) for name in CLASSIFIED}
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


def requested_values(examples: Sequence[ProductImage], name: str) -> list[str | None]:
    """Return the attribute that each prompt asks for, None where it asks for none."""
    return [attribute_of(example, name) for example in examples]
