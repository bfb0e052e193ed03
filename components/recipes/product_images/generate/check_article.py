"""Product images: whether a picture shows its article type, where all training pictures have one: by other captions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from components.core.predictor import Check
from components.recipes.product_images.captions import caption_of
from components.recipes.product_images.example import ATTRIBUTES, ProductImage, attributes_of
from components.recipes.product_images.score.extractors import ImageText

ARTICLE = ATTRIBUTES["article"]
# Frequent types of the Kaggle data set, which image-text models know. A picture is also compared with these.
OTHER_TYPES = (
    *("Boots", "Casual Shoes", "Flats", "Formal Shoes", "Heels", "Sandals", "Sports Shoes"),
    *("Backpacks", "Caps", "Handbags", "Shirts", "Tshirts", "Watches"),
)
MOST = 128  # real pictures that it is tested on: each needs the embeddings of all captions


@dataclass(frozen=True, slots=True)
class ArticleByCaption:
    """Tells whether a picture is more similar to its caption than to the same caption with any other article type.

    `right` is the share of `pictures` real ones, of the validation split, of which that is true.
    """

    template: str
    image_text: ImageText
    right: float
    pictures: int

    def check(self, embedding: Tensor, prompt: str, attributes: Mapping[str, str]) -> Check:
        """Return the check of a picture with this embedding (E). Its value is how much more similar it is."""
        own = attributes[ARTICLE]
        similar = similarities(embedding, captions(self.template, prompt, attributes), self.image_text)
        other = max((name for name in similar if name != own), key=lambda name: similar[name])
        margin = similar[own] - similar[other]
        said = (
            f"With {own} its caption fits it by {similar[own]:.3f}, with {other} by {similar[other]:.3f}, expected "
            f"{own} first; that is so with {self.right:.0%} of {self.pictures} real pictures."
        )
        return Check("article_agreement", margin > 0, said, margin, 0.0)


def captions(template: str, prompt: str, attributes: Mapping[str, str]) -> dict[str, str]:
    """Return the caption of a product by article type: its own one, and the same with every other type."""
    own, brand = attributes[ARTICLE], attributes.get("brand", "")
    others = [name for name in OTHER_TYPES if name.casefold() != own.casefold()]
    return {own: prompt, **{name: caption_of(template, {**attributes, ARTICLE: name}, brand) for name in others}}


@torch.inference_mode()
def similarities(embedding: Tensor, by_type: Mapping[str, str], image_text: ImageText) -> dict[str, float]:
    """Return the cosine of an embedding (E) of length 1 and each caption."""
    texts = image_text.text_embeddings(list(by_type.values())).cpu().double()
    return dict(zip(by_type, (texts @ embedding.double()).tolist(), strict=True))


def right_by_caption(
    template: str, image_text: ImageText, examples: Sequence[ProductImage], embeddings: Tensor
) -> Tensor:
    """Return (N,) 1 where a real picture fits its own caption best, else 0; NaN where its type is not known.

    Args:
        template: of the captions.
        image_text: the model's own.
        examples: the real ones.
        embeddings: (N, E) of their pictures.
    """
    found = []
    for example, embedding in zip(examples, embeddings, strict=True):
        known = attributes_of(example)
        if ARTICLE not in known:
            found.append(torch.nan)
            continue
        similar = similarities(embedding, captions(template, example["caption"], known), image_text)
        found.append(float(max(similar, key=lambda name: similar[name]) == known[ARTICLE]))
    return torch.tensor(found, dtype=torch.float64)
