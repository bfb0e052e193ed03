"""Tests: the picture files of sound products."""

import io

from PIL import Image

from components.data.drawn_catalogue.pictures import picture_file
from components.data.drawn_catalogue.planted import UNSEEN_IDS
from components.data.drawn_catalogue.products import make_products


def test_a_sound_picture_is_a_three_to_four_jpeg() -> None:
    product = UNSEEN_IDS[0]
    shown = Image.open(io.BytesIO(picture_file(make_products(7)[product], product)))
    assert (shown.format, shown.mode, shown.width * 4) == ("JPEG", "RGB", shown.height * 3)
