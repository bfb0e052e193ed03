"""Tests: drawn pictures show the requested article and colour."""

import colorsys

import numpy as np
import pytest
from PIL import Image

from components.data.drawn_catalogue.drawing.articles import ARTICLES, UNSEEN
from components.data.drawn_catalogue.drawing.colours import COLOURS
from components.data.drawn_catalogue.drawing.picture import Scene, draw_picture


def silhouette(article: str, seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return the pixels of a black product."""
    return np.asarray(draw_picture(article, "Black", seed).convert("L")) < 150


def test_there_are_at_least_nine_articles_in_at_least_eleven_colours() -> None:
    assert len(ARTICLES) >= 9
    assert len(COLOURS) >= 11


def test_the_same_seed_draws_the_same_pixels_and_another_seed_others() -> None:
    first, again, other = (draw_picture("Boots", "Red", seed).tobytes() for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize("article", ARTICLES)
def test_every_article_fills_its_frame_and_leaves_the_corners_to_the_background(article: str) -> None:
    drawn = np.asarray(draw_picture(article, "Blue", 3, Scene((90, 120))), np.float32)
    corners = drawn[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert corners.min() > 240
    columns = np.nonzero((drawn.min(2) < 200).any(0))[0]
    rows = np.nonzero((drawn.min(2) < 200).any(1))[0]
    assert max(np.ptp(columns) / 90, np.ptp(rows) / 120) > 0.7


@pytest.mark.parametrize("colour", ["Red", "Green", "Blue", "Yellow", "Purple", "Orange"])
def test_the_middle_of_a_picture_has_the_hue_of_its_colour(colour: str) -> None:
    pixels = np.asarray(draw_picture("Tshirts", colour, 5).resize((30, 40), Image.Resampling.BOX), np.float32) / 255
    hue = colorsys.rgb_to_hls(*(float(v) for v in np.median(pixels[14:18, 13:17], axis=(0, 1))))[0]
    apart = abs(hue - colorsys.rgb_to_hls(*COLOURS[colour])[0])
    assert min(apart, 1 - apart) < 0.04


def test_the_unseen_article_has_a_silhouette_of_its_own() -> None:
    own = silhouette(UNSEEN, 1)
    for article in ARTICLES:
        if article != UNSEEN:
            other = silhouette(article, 1)
            assert (own & other).sum() / (own | other).sum() < 0.75
