"""Tests: a generated picture is checked against real ones: caption, attributes, background, copies."""

import io
from collections.abc import Sequence

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from components.data.pictures.looks import look_of
from components.metrics.attributes import fit_attribute
from components.recipes.product_images.generate.check import check_pictures
from components.recipes.product_images.generate.check_reference import CheckReference

COLOURS = {"Red": (220, 30, 30), "Blue": (30, 30, 220)}


class MeanColours:
    """Stands for the networks: the features of a picture are the mean colours of its product."""

    name, digest, resize, dtype, width = "means", "0", "none", "float32", 3

    def __call__(self, pictures: Tensor, /) -> Tensor:
        product = (pictures.amin(1, keepdim=True) < 150).float()
        return (pictures.float() * product).sum((2, 3)) / product.sum((2, 3)) - 255

    def image_embeddings(self, pictures: Tensor, /) -> Tensor:
        return torch.nn.functional.normalize(self(pictures), dim=1)

    def text_embeddings(self, texts: Sequence[str], /) -> Tensor:
        named = [next(colour for name, colour in COLOURS.items() if name.lower() in text) for text in texts]
        return torch.nn.functional.normalize(torch.tensor(named, dtype=torch.float32) - 255, dim=1)


def picture(colour: str, left: int = 10, background: int = 255) -> bytes:
    pixels = np.full((32, 32, 3), background, np.uint8)
    pixels[12:24, left : left + 14] = COLOURS[colour]
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


@pytest.fixture
def real() -> CheckReference:
    numbers = torch.Generator().manual_seed(0)
    values = [name for name in COLOURS for _ in range(40)]
    shown = torch.stack([torch.tensor(COLOURS[value]).float()[:, None, None].expand(3, 8, 8) for value in values])
    features = MeanColours()(shown + 5 * torch.randn(shown.shape, generator=numbers))
    classifier = fit_attribute(features, values, 0)
    assert classifier is not None
    means = MeanColours()
    looks = [look_of(picture("Red", left=4))]
    return CheckReference(means, means, {"colour": classifier}, 0.9, 0.05, 80, looks, ["1.png"])


def passed(pictures: list[bytes], real: CheckReference | None, colour: str = "Red") -> list[dict[str, bool]]:
    found = check_pictures(pictures, f"a {colour.lower()} shoe", {"baseColour": colour}, real, bits=6)
    return [{check.name: check.passed for check in checks} for checks in found]


def test_a_picture_that_fits_passes_every_check(real: CheckReference) -> None:
    assert passed([picture("Red", left=12)], real) == [
        {"clip_score": True, "white_background": True, "colour_agreement": True, "new_picture": True}
    ]


def test_another_colour_fails_caption_and_attribute(real: CheckReference) -> None:
    (found,) = passed([picture("Blue", left=12)], real)
    assert (found["clip_score"], found["colour_agreement"], found["white_background"]) == (False, False, True)


def test_a_copy_of_a_training_picture_and_a_grey_background_are_found(real: CheckReference) -> None:
    copied, grey = passed([picture("Red", left=4), picture("Red", background=170)], real)
    assert (copied["new_picture"], copied["white_background"]) == (False, True)
    assert (grey["new_picture"], grey["white_background"]) == (True, False)


def test_the_threshold_is_that_of_real_pairs_and_the_sentence_says_so(real: CheckReference) -> None:
    (checks,) = check_pictures([picture("Blue")], "a red shoe", {}, real, bits=6)
    assert checks[0].threshold == 0.9
    assert checks[0].sentence.endswith("expected 0.900 at least, which 95% of 80 real pictures reach.")
    assert "colour_agreement" not in {check.name for check in checks}  # no colour was asked for


def test_without_real_pictures_only_the_background_is_checked() -> None:
    assert passed([picture("Blue")], None) == [{"white_background": True}]
