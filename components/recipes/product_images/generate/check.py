"""Product images: checks of a generated picture against the attributes of the product that it was generated for."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from components.core.predictor import Check
from components.data.pictures.looks import look_of, nearest_look
from components.metrics.agreement import cosines
from components.metrics.appearance import WHITE_SHARE, foreground_share, white_background
from components.metrics.attributes import AttributeClassifier
from components.recipes.product_images.example import ATTRIBUTES
from components.recipes.product_images.generate.check_article import ARTICLE
from components.recipes.product_images.generate.check_reference import CheckReference
from components.recipes.product_images.generate.golden_picture import from_png
from components.recipes.product_images.score.features import features_of


def check_pictures(
    pictures: Sequence[bytes], prompt: str, attributes: Mapping[str, str], real: CheckReference | None, bits: int
) -> list[list[Check]]:
    """Return the checks of each picture. Without real pictures to compare with, only the background is checked.

    Args:
        pictures: PNG files of one size.
        prompt: that all were generated for.
        attributes: of the product, by column of styles.csv.
        real: what to compare with.
        bits: by which the hash of a near duplicate of a training picture may differ.
    """
    pixels = torch.stack([torch.from_numpy(from_png(picture).copy()).permute(2, 0, 1) for picture in pictures])
    checks = [[_white(bool(white))] for white in white_background(pixels)]
    if real is None:
        return checks
    embeddings, text = _embeddings(pixels, prompt, real)
    for found, similar in zip(checks, cosines(embeddings, text.expand_as(embeddings)).tolist(), strict=True):
        found.insert(0, _similar(similar, real))
    features = features_of(pixels, real.extractor)
    for found, row, embedding, picture in zip(checks, features, embeddings, pictures, strict=True):
        found += _agreements(row[None], attributes, real)
        if real.article is not None and attributes.get(ARTICLE):
            found.append(real.article.check(embedding, prompt, attributes))
        found.append(_new(picture, real, bits))
    if real.visible is not None:
        for found, share in zip(checks, foreground_share(pixels).tolist(), strict=True):
            found.append(real.visible.check(share, attributes))
    return checks


@torch.inference_mode()
def _embeddings(pixels: Tensor, prompt: str, real: CheckReference) -> tuple[Tensor, Tensor]:
    """Return the embeddings of the pictures (N, E), and that of the prompt (1, E)."""
    return real.image_text.image_embeddings(pixels).cpu(), real.image_text.text_embeddings([prompt]).cpu()


def _similar(value: float, real: CheckReference) -> Check:
    said = (
        f"Its similarity to its caption is {value:.3f}, expected {real.threshold:.3f} at least, which "
        f"{1 - real.quantile:.0%} of {real.pairs} real pictures reach."
    )
    return Check("clip_score", value >= real.threshold, said, value, real.threshold)


def _white(passed: bool) -> Check:
    is_it = "is" if passed else "is not"
    said = f"Its background {is_it} white, expected {WHITE_SHARE:.0%} white pixels on the border at least."
    return Check("white_background", passed, said, float(passed), 1.0)


def _agreements(features: Tensor, attributes: Mapping[str, str], real: CheckReference) -> list[Check]:
    """Return a check for each attribute that a classifier knows the wanted value of."""
    wanted = {name: attributes.get(ATTRIBUTES[name], "") for name in real.classifiers}
    return [
        _shows(name, wanted[name], classifier, features)
        for name, classifier in real.classifiers.items()
        if wanted[name] in classifier.values
    ]


def _shows(name: str, wanted: str, classifier: AttributeClassifier, features: Tensor) -> Check:
    """Compare what the classifier sees with what was wanted. `value` is the probability that it gives to that."""
    chances = classifier.model.predict_proba(features.double().numpy())[0]
    by_value = dict(zip(map(str, classifier.model.classes_), map(float, chances), strict=True))
    shown = max(by_value, key=lambda value: by_value[value])
    said = (
        f"It shows {name} {shown} ({by_value[shown]:.0%}), expected {wanted} ({by_value[wanted]:.0%}); "
        f"the classifier is right on {classifier.accuracy.value:.0%} of real pictures."
    )
    return Check(f"{name}_agreement", shown == wanted, said, by_value[wanted])


def _new(picture: bytes, real: CheckReference, bits: int) -> Check:
    place = nearest_look(look_of(picture), real.looks, bits)
    said = f"No training picture looks like it: no hash within {bits} of 256 bits with the same colours."
    if place is not None:
        said = f"It is a near duplicate of the training picture {real.names[place]}, expected a new one."
    return Check("new_picture", place is None, said)
