"""tests / components / product images / starter: the parts that train the weights, each at its smallest."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from components.recipes.product_images.starter.__main__ import arguments
from components.recipes.product_images.starter.drawing.articles import ARTICLES, UNSEEN
from components.recipes.product_images.starter.training.autoencoder import new_autoencoder, reconstruction_loss
from components.recipes.product_images.starter.training.captions import LONG, caption
from components.recipes.product_images.starter.training.contrastive import agreement, matching_loss
from components.recipes.product_images.starter.training.course import Course, seeded
from components.recipes.product_images.starter.training.diffusion import pull
from components.recipes.product_images.starter.training.everything import (
    Plan,
    own_words,
    seen_articles,
    train_everything,
)
from components.recipes.product_images.starter.training.vocabulary import byte_symbols, learn_merges


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_what_the_unet_learns_from_holds_neither_the_unseen_article_nor_its_words() -> None:
    assert set(seen_articles()) == set(ARTICLES) - {UNSEEN}
    rng = random.Random(1)
    told = {caption(article, "Red", rng) for article in seen_articles() for _ in range(50)}
    assert not any("casual" in text.lower() for text in told)


def test_captions_follow_the_long_template_mostly_and_are_sometimes_dropped() -> None:
    rng = random.Random(1)
    told = [caption("Heels", "Navy Blue", rng, dropout=0.2) for _ in range(500)]
    assert 60 < told.count("") < 140
    long = [text for text in told if text.startswith(LONG.split("{", maxsplit=1)[0]) and text.endswith("photography")]
    assert 180 < len(long) < 300
    assert all("navy blue heels" in text for text in long)


def test_merges_are_learnt_most_frequent_pair_first() -> None:
    assert learn_merges(["low low low lower"], 2) == [("l", "o"), ("lo", "w</w>")]
    assert len(set(byte_symbols())) == 256


def test_the_tokenizer_keeps_catalogue_words_whole() -> None:
    tokens = own_words(0).tokenize("A professional product photo of navy blue casual shoes")
    assert tokens[-4:] == ["navy</w>", "blue</w>", "casual</w>", "shoes</w>"]


def test_an_averaged_model_follows_its_model() -> None:
    slow, fast = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    wanted = 0.75 * slow.weight.detach() + 0.25 * fast.weight.detach()
    pull(slow, fast, keep=0.75)
    assert torch.allclose(slow.weight, wanted)


def test_a_course_lowers_its_loss_and_the_seed_decides_the_first_weights() -> None:
    heard: list[str] = []
    with seeded(3):
        model = torch.nn.Linear(4, 1)
    with seeded(3):
        assert torch.equal(model.weight, torch.nn.Linear(4, 1).weight)

    def loss_of_batch() -> torch.Tensor:
        loss: torch.Tensor = model(torch.ones(8, 4)).square().mean()
        return loss

    before = loss_of_batch().item()
    Course("toy", 60, peak=0.1).run(model, loss_of_batch, heard.append)
    assert loss_of_batch().item() < 0.1 * before
    assert heard[0].startswith("toy step 0 of 60")


def test_seeding_leaves_the_global_generator_as_it_was() -> None:
    before = torch.get_rng_state()
    with seeded(1):
        torch.rand(3)
    assert torch.equal(before, torch.get_rng_state())


def test_wrong_pixels_cost_more_on_the_product_than_on_the_background() -> None:
    truth = torch.ones(1, 3, 64, 64)
    truth[:, :, 24:40, 24:40] = -1.0
    on, off = truth.clone(), truth.clone()
    on[:, :, 28:36, 28:36] += 0.5
    off[:, :, 4:12, 4:12] -= 0.5
    assert reconstruction_loss(on, truth) > 2 * reconstruction_loss(off, truth)
    assert reconstruction_loss(truth, truth) == 0


def test_the_vae_makes_eight_by_eight_latents_of_four_channels() -> None:
    with torch.no_grad():
        assert new_autoencoder().encode(torch.zeros(1, 3, 64, 64)).latent_dist.mean.shape == (1, 4, 8, 8)


def test_matching_is_cheapest_where_the_cosines_are_as_wanted() -> None:
    wanted = agreement(["Heels", "Heels", "Boots"], ["Red", "Blue", "Red"])
    assert wanted[0, 0] > wanted[0, 1] == wanted[0, 2] > wanted[1, 2] == 0
    assert matching_loss(wanted, wanted) < matching_loss(wanted.flip(0), wanted)


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
