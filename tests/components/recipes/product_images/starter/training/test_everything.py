"""Tests: the training of all the starter's parts, and what it must not see."""

import random
from pathlib import Path

import pytest

from components.recipes.product_images.starter.__main__ import arguments
from components.recipes.product_images.starter.drawing.articles import ARTICLES, UNSEEN
from components.recipes.product_images.starter.training.captions import caption
from components.recipes.product_images.starter.training.everything import (
    Plan,
    own_words,
    seen_articles,
    train_everything,
)


def test_what_the_unet_learns_from_holds_neither_the_unseen_article_nor_its_words() -> None:
    assert set(seen_articles()) == set(ARTICLES) - {UNSEEN}
    rng = random.Random(1)
    told = {caption(article, "Red", rng) for article in seen_articles() for _ in range(50)}
    assert not any("casual" in text.lower() for text in told)


def test_the_tokenizer_keeps_catalogue_words_whole() -> None:
    tokens = own_words(0).tokenize("A professional product photo of navy blue casual shoes")
    assert tokens[-4:] == ["navy</w>", "blue</w>", "casual</w>", "shoes</w>"]


def test_the_command_line_scales_every_part() -> None:
    options = arguments(["--effort", "0.5", "--seed", "4"])
    plan = Plan.scaled(options.effort, options.seed, options.threads)
    assert (plan.diffusion, plan.seed) == (Plan().diffusion // 2, 4)
    assert Plan.scaled(0.0, 0, 1).autoencoder == 2


@pytest.mark.slow
def test_everything_can_be_trained_from_nothing(tmp_path: Path) -> None:
    figures = train_everything(tmp_path / "weights", Plan.scaled(0.001, seed=0, threads=1), say=lambda line: None)
    assert figures["size_mb"] < 12
    assert (tmp_path / "weights" / "base" / "model_index.json").is_file()
    assert [file.name for file in tmp_path.iterdir()] == ["weights"]
