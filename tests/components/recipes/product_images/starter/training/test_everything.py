"""Tests: the training of all the starter's parts, and what the UNet must not be trained on."""

import random
from pathlib import Path

import pytest

from components.data.drawn_catalogue.drawing.articles import ARTICLES, UNSEEN
from components.recipes.product_images.starter.__main__ import arguments
from components.recipes.product_images.starter.training.captions import caption
from components.recipes.product_images.starter.training.clock import Clock
from components.recipes.product_images.starter.training.everything import (
    StarterPlan,
    make_starter_tokenizer,
    seen_articles,
    train_everything,
)


def test_the_unets_training_data_have_neither_the_unseen_article_nor_its_words() -> None:
    assert set(seen_articles()) == set(ARTICLES) - {UNSEEN}
    rng = random.Random(1)
    told = {caption(article, "Red", rng) for article in seen_articles() for _ in range(50)}
    assert not any("casual" in text.lower() for text in told)


def test_the_tokenizer_keeps_catalogue_words_whole() -> None:
    tokens = make_starter_tokenizer(0).tokenize("A professional product photo of navy blue casual shoes")
    assert tokens[-4:] == ["navy</w>", "blue</w>", "casual</w>", "shoes</w>"]


def test_the_command_line_scales_every_part() -> None:
    options = arguments(["--effort", "0.5", "--seed", "4"])
    plan = StarterPlan.scaled(options.effort, options.seed, options.threads)
    assert (plan.diffusion, plan.seed) == (StarterPlan().diffusion // 2, 4)
    assert StarterPlan.scaled(0.0, 0, 1).autoencoder == 2


@pytest.mark.slow
def test_everything_can_be_trained_from_scratch(tmp_path: Path) -> None:
    figures = train_everything(
        tmp_path / "weights", StarterPlan.scaled(0.001, seed=0, threads=1), log=lambda line: None
    )
    assert figures["size_mb"] < 12
    assert (tmp_path / "weights" / "base" / "model_index.json").is_file()
    assert [file.name for file in tmp_path.iterdir()] == ["weights"]


@pytest.mark.slow
def test_one_process_and_two_train_the_same_weights(tmp_path: Path) -> None:
    for threads in (1, 2):
        plan = StarterPlan.scaled(0.001, seed=0, threads=threads)
        train_everything(tmp_path / str(threads), plan, log=Clock(0.0))
    one, two = ({file.name: file.read_bytes() for file in (tmp_path / n).rglob("*.safetensors")} for n in "12")
    assert one == two
