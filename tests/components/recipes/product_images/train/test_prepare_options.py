"""Tests: foreground from the background's colour, balanced rows, and trainings with each option on."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from components.core.records import Snapshot
from components.data.drawn_catalogue.draw import draw_some
from components.data.drawn_catalogue.products import make_products
from components.recipes.product_images.train.prepare_options import balanced_rows, cell_weights, foreground_share
from components.recipes.product_images.train.train import prepare_run, train
from tests.components.recipes.product_images.ingesting import config_of, ingest
from tests.components.recipes.product_images.toy_model import ListLog, make_config, make_snapshot
from tests.components.recipes.product_images.train.killable import folder_in

OPTIONS: list[dict[str, Any]] = [
    {"min_snr_gamma": 5},
    {"background_weight": 0.2},
    {"noise_offset": 0.1},
    {"random_flip": True},
    {"balance": "article"},
    {"lora": {"rank": 4, "alpha": 2, "dropout": 0.3, "targets": ["to_q"]}},
]


def picture(background: float, product: float) -> torch.Tensor:
    pixels = torch.full((3, 32, 32), background)
    pixels[:, 8:24, 8:16] = product
    return pixels


@pytest.mark.parametrize(("background", "product"), [(1.0, -1.0), (0.4, 1.0), (-1.0, 0.0)])
def test_the_foreground_is_what_differs_from_the_borders_colour(background: float, product: float) -> None:
    share = foreground_share(picture(background, product), 4)[0]
    expected = torch.zeros(4, 4)
    expected[1:3, 1] = 1
    assert torch.equal(share, expected)


def test_the_noise_of_a_jpeg_is_no_foreground() -> None:
    noise = torch.randn((3, 32, 32), generator=torch.Generator().manual_seed(0)) * 0.03
    assert float(foreground_share(torch.ones(3, 32, 32) + noise, 4).mean()) < 0.01


def test_weights_have_the_mean_one_whatever_the_size_of_the_product() -> None:
    share = torch.stack([foreground_share(picture(1.0, -1.0), 4), torch.zeros(1, 4, 4), torch.ones(1, 4, 4)])
    for background in (0.0, 0.2, 1.0):
        weights = cell_weights(share, background)
        assert torch.allclose(weights.mean(dim=(1, 2, 3)), torch.ones(3))
    assert float(cell_weights(share, 0.2)[0].min() / cell_weights(share, 0.2)[0].max()) == pytest.approx(0.2)


def test_rare_values_come_as_often_as_the_most_frequent_one_but_no_picture_more_than_ten_times() -> None:
    rows = balanced_rows(["shoe"] * 300 + ["heel"] * 100 + ["sandal"] * 2 + [None])
    counts = torch.bincount(rows)
    assert (counts[:300] == 1).all()
    assert (counts[300:400] == 3).all()
    assert (counts[400:] == 10).all()


def test_several_types_of_the_catalogue_train_one_adapter_in_which_rare_ones_come_as_often(
    base: Path, tmp_path: Path
) -> None:
    every, rare = make_products(7), "Boots"
    types = ["Casual Shoes", rare]
    some = [[number for number, found in every.items() if found.article == name] for name in types]
    draw_some(tmp_path / "catalogue", 7, {*some[0][:60], *some[1][:8]})
    snapshot, _ = ingest(config_of(where={"articleType": types}), tmp_path / "catalogue", tmp_path)
    articles = [str(example["articleType"]) for example in snapshot.splits["train"]]
    before = Counter(articles)
    assert set(before) == set(types)
    assert before["Casual Shoes"] > 3 * before[rare]
    config = make_config(base, steps=2, warmup=1, checkpoint_every=2, balance="article", validation_prompts=types)
    run = prepare_run(config, snapshot, folder_in(tmp_path / "out"), ListLog())
    epoch = len(run.denoising.options.rows) // 4  # type: ignore[arg-type]  # micro-batches
    seen = Counter(articles[row] for micro in range(epoch) for row in run.denoising.batch_rows(micro)[2].tolist())
    repeats = min(round(before["Casual Shoes"] / before[rare]), 10)
    assert seen[rare] == pytest.approx(repeats * before[rare], abs=4)  # the last batch of an epoch may be left out
    (last,) = train(config, snapshot, tmp_path / "out", ListLog())
    assert last.step == 2


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: next(iter(options)))
def test_each_option_trains_something_else_and_the_same_again(
    base: Path, tmp_path: Path, options: dict[str, Any]
) -> None:
    snapshot = make_snapshot(tmp_path / "snapshot")
    for path in tmp_path.glob("snapshot/**/*.png"):  # a stripe at one side: otherwise they are their own mirror images
        with Image.open(path) as picture:
            striped = picture.copy()
        striped.paste("white", (0, 0, 6, 32))
        striped.save(path)
    examples = [{**e, "articleType": "Heels" if n < 2 else "Shoes"} for n, e in enumerate(snapshot.splits["train"])]
    rare = Snapshot(snapshot.digest, snapshot.folder, {"train": examples})

    def digest(name: str, **settings: Any) -> str:
        (last,) = train(make_config(base, steps=4, **settings), rare, folder_in(tmp_path / name), ListLog())
        return last.digest

    assert digest("plain") != digest("first", **options) == digest("second", **options)
