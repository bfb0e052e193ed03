"""Tests: the captions that the starter is trained on."""

import random

from components.recipes.product_images.starter.training.captions import LONG, caption


def test_captions_follow_the_long_template_mostly_and_are_sometimes_dropped() -> None:
    rng = random.Random(1)
    told = [caption("Heels", "Navy Blue", rng, dropout=0.2) for _ in range(500)]
    assert 60 < told.count("") < 140
    long = [text for text in told if text.startswith(LONG.split("{", maxsplit=1)[0]) and text.endswith("photography")]
    assert 180 < len(long) < 300
    assert all("navy blue heels" in text for text in long)
