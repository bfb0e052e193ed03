"""Tests: checkpoints and their base are scored on the same prompts and seeds, once, and honestly."""

import json
import math
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig
from PIL import Image

from components.core.errors import CheckpointError, ConfigError, DataError
from components.core.records import Checkpoint, Example, Scorecard, Snapshot
from components.recipes.product_images.base import open_base
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.evaluation import evaluate
from components.recipes.product_images.subjects import make_plan
from components.training.adapter_files import adapter_digest
from components.training.lora import add_lora, lora_parameters, remove_lora, save_adapter
from tests.components.training.toy_base import write_toy_base

COLOURS = {"red": (200, 30, 40), "green": (40, 160, 60), "blue": (40, 60, 190), "grey": (120, 120, 120)}
PICTURES = 24


@dataclass
class Notes:
    """A run log that keeps what it is told."""

    told: list[tuple[int, Mapping[str, float]]] = field(default_factory=list)
    done: dict[str, list[int]] = field(default_factory=dict)

    def metrics(self, values: Mapping[str, float], step: int) -> None:
        self.told.append((step, values))

    def progress(self, what: str, done: int, total: int) -> None:
        self.done.setdefault(what, []).append(done)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> ProductImagesConfig:
    fields: dict[str, Any] = {
        "model": "toy",
        "recipe": "product-images",
        "about": "Toy.",
        "data": {"catalogue": "drawn", "where": {}, "size": 32, "caption": "{colour} shoes"},
        "base": {"model": str(write_toy_base(tmp_path_factory.mktemp("base")))},
        "train": {
            "steps": 2,
            "checkpoint_every": 1,
            "batch": 1,
            "learning_rate": 1e-3,
            "warmup": 1,
            "precision": "fp32",
            "validation_prompts": ["red shoes"],
        },
        "sampling": {"steps": 3, "guidance": 3.0, "batch": 8},
        "evaluate": {"extractor": "starter-vision", "image_text": "starter-vision", "pictures": PICTURES},
        "promote": {"primary": "kid"},
    }
    return ProductImagesConfig.model_validate(fields)


def make_snapshot(folder: Path, sizes: Mapping[str, int]) -> Snapshot:
    splits: dict[str, list[Example]] = {}
    for split, count in sizes.items():
        (folder / split).mkdir(parents=True)
        splits[split] = []
        for number in range(count):
            name, colour = list(COLOURS.items())[number % len(COLOURS)]
            picture = Image.new("RGB", (32, 32), "white")
            picture.paste(colour, (4 + number % 5, 10, 26, 20 + number % 7))
            picture.save(folder / split / f"{number}.png")
            splits[split].append({"file_name": f"{number}.png", "caption": f"{name} shoes"})
    return Snapshot("5eed5eed5eed", folder, splits)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return make_snapshot(tmp_path_factory.mktemp("snapshot"), {"train": 30, "validation": 16})


def make_checkpoint(config: ProductImagesConfig, folder: Path, step: int, strength: float) -> Checkpoint:
    unet = open_base(config).unet
    add_lora(unet, LoraConfig(r=2, lora_alpha=6, target_modules=["to_q", "to_v"]), seed=1)
    for name, parameter in lora_parameters(unet).items():
        if "lora_B" in name:
            parameter.data.normal_(std=strength, generator=torch.Generator().manual_seed(step))
    folder.mkdir(parents=True)
    save_adapter(unet, folder)
    remove_lora(unet)
    return Checkpoint(folder, step, adapter_digest(folder), config.base.model)


@pytest.fixture(scope="module")
def checkpoints(config: ProductImagesConfig, tmp_path_factory: pytest.TempPathFactory) -> list[Checkpoint]:
    folder = tmp_path_factory.mktemp("checkpoints")
    return [make_checkpoint(config, folder / str(step), step, 0.1 * step) for step in (10, 20)]


@dataclass
class Evaluated:
    cards: list[Scorecard]
    notes: Notes
    report: Path
    cache: Path


@pytest.fixture(scope="module")
def evaluated(
    config: ProductImagesConfig,
    snapshot: Snapshot,
    checkpoints: list[Checkpoint],
    tmp_path_factory: pytest.TempPathFactory,
) -> Evaluated:
    folder, notes = tmp_path_factory.mktemp("evaluated"), Notes()
    (folder / "report").mkdir()
    cards = evaluate(config, snapshot, checkpoints, folder / "cache", folder / "report", notes)
    return Evaluated(cards, notes, folder / "report", folder / "cache")


def with_pictures(config: ProductImagesConfig, count: int) -> ProductImagesConfig:
    return config.model_copy(update={"evaluate": config.evaluate.model_copy(update={"pictures": count})})


def test_the_base_and_every_checkpoint_get_a_scorecard(evaluated: Evaluated) -> None:
    assert [card.subject for card in evaluated.cards] == ["base", "step-10", "step-20"]
    for card in evaluated.cards:
        assert (card.snapshot, card.split) == ("5eed5eed5eed", "validation")
        assert card.scores.keys() == {"fid", "kid", "clip_score"}
        assert all(score.n == PICTURES and score.low <= score.value <= score.high for score in card.scores.values())
        assert all(score.extractor.startswith("starter-vision@") for score in card.scores.values())
        assert all(score.floor is not None for score in card.scores.values())


def test_so_few_pictures_rank_nothing_by_fid_and_kid(evaluated: Evaluated) -> None:
    honest = {name: score.honest for name, score in evaluated.cards[0].scores.items()}
    assert honest == {"fid": False, "kid": False, "clip_score": True}


def test_scores_are_logged_at_their_steps_and_the_base_at_step_0(evaluated: Evaluated) -> None:
    assert [step for step, _ in evaluated.notes.told] == [0, 10, 20]
    assert evaluated.notes.told[1][1] == {name: score.value for name, score in evaluated.cards[1].scores.items()}
    assert evaluated.notes.done["pictures of step 20"] == [8, 16, 24, 24]


def test_the_report_has_pictures_curves_a_table_and_the_numbers(evaluated: Evaluated) -> None:
    assert {path.name for path in evaluated.report.iterdir()} == {
        "grid.png",
        "scores.png",
        "scores.md",
        "scorecards.json",
    }
    with Image.open(evaluated.report / "grid.png") as grid:
        assert grid.width > 4 * 176  # four captions, each shown large enough
        assert grid.height > 3 * 176
    told = json.loads((evaluated.report / "scorecards.json").read_text())
    assert told[2]["scores"]["kid"]["value"] == evaluated.cards[2].scores["kid"].value
    table = (evaluated.report / "scores.md").read_text()
    assert all(
        row in table for row in ("| base model |", "| step 10 |", "| real pictures |", "Too few pictures to rank by")
    )


def test_a_second_evaluation_draws_nothing(
    evaluated: Evaluated, config: ProductImagesConfig, snapshot: Snapshot, checkpoints: list[Checkpoint], tmp_path: Path
) -> None:
    notes = Notes()
    assert evaluate(config, snapshot, checkpoints, evaluated.cache, tmp_path, notes) == evaluated.cards
    assert set(map(tuple, notes.done.values())) == {(PICTURES,)}


def test_more_pictures_are_drawn_in_addition_to_those_that_stand(
    evaluated: Evaluated, config: ProductImagesConfig, snapshot: Snapshot, tmp_path: Path
) -> None:
    notes = Notes()
    evaluate(with_pictures(config, PICTURES + 8), snapshot, [], evaluated.cache, tmp_path, notes)
    assert notes.done == {"pictures of the base model": [PICTURES + 8, PICTURES + 8]}


def test_a_damaged_cache_is_made_again(
    evaluated: Evaluated, config: ProductImagesConfig, snapshot: Snapshot, tmp_path: Path
) -> None:
    cache = shutil.copytree(evaluated.cache, tmp_path / "cache")
    for path in cache.rglob("*.safetensors"):
        path.write_bytes(path.read_bytes()[:100])
    (tmp_path / "report").mkdir()
    assert evaluate(config, snapshot, [], cache, tmp_path / "report", Notes()) == evaluated.cards[:1]


def test_a_checkpoint_scores_alone_what_it_scores_among_others(
    evaluated: Evaluated, config: ProductImagesConfig, snapshot: Snapshot, checkpoints: list[Checkpoint], tmp_path: Path
) -> None:
    (tmp_path / "report").mkdir()
    cards = evaluate(config, snapshot, checkpoints[1:], tmp_path / "cache", tmp_path / "report", Notes())
    assert [card.subject for card in cards] == ["base", "step-20"]
    for name, score in cards[1].scores.items():
        assert math.isclose(score.value, evaluated.cards[2].scores[name].value, abs_tol=1e-6)


def test_every_caption_comes_in_turn_and_each_time_with_another_seed(config: ProductImagesConfig) -> None:
    plan = make_plan(with_pictures(config, 5), ["red shoes", "blue shoes"])
    assert plan.prompts == ["red shoes", "blue shoes", "red shoes", "blue shoes", "red shoes"]
    assert len(set(plan.seeds)) == 5
    assert [numbers.tolist() for numbers in plan.clusters] == [[0, 1, 0, 1, 0], [0, 1]]
    assert plan.shown == [0, 1]
    assert make_plan(with_pictures(config, 4), ["red shoes", "blue shoes"]).seeds == plan.seeds[:4]


def test_an_adapter_that_changes_nothing_is_refused(
    config: ProductImagesConfig, snapshot: Snapshot, tmp_path: Path
) -> None:
    idle = make_checkpoint(config, tmp_path / "idle", step=5, strength=0.0)
    with pytest.raises(CheckpointError, match="draws exactly what the base model draws, expected a change"):
        evaluate(config, snapshot, [idle], tmp_path / "cache", tmp_path, Notes())


def test_one_picture_is_refused(config: ProductImagesConfig, snapshot: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"evaluate.pictures is 1, expected at least 2"):
        evaluate(with_pictures(config, 1), snapshot, [], tmp_path, tmp_path, Notes())


def test_one_real_picture_is_refused(config: ProductImagesConfig, tmp_path: Path) -> None:
    snapshot = make_snapshot(tmp_path / "snapshot", {"train": 4, "validation": 1})
    with pytest.raises(
        DataError, match="validation split of snapshot 5eed5eed5eed has 1 pictures, expected at least 2"
    ):
        evaluate(config, snapshot, [], tmp_path, tmp_path, Notes())


def test_pictures_of_several_sizes_are_refused(config: ProductImagesConfig, tmp_path: Path) -> None:
    snapshot = make_snapshot(tmp_path / "snapshot", {"train": 4, "validation": 4})
    Image.new("RGB", (48, 32)).save(snapshot.folder / "validation" / "2.png")
    with pytest.raises(DataError, match=r"2.png has 48 x 32 pixels, expected 32 x 32 as 0.png has"):
        evaluate(config, snapshot, [], tmp_path, tmp_path, Notes())


def test_an_empty_caption_is_refused(config: ProductImagesConfig, tmp_path: Path) -> None:
    snapshot = make_snapshot(tmp_path / "snapshot", {"train": 4, "validation": 4})
    examples = [{**snapshot.splits["validation"][0], "caption": "  "}, *snapshot.splits["validation"]]
    empty = Snapshot(snapshot.digest, snapshot.folder, {**snapshot.splits, "validation": examples})
    with pytest.raises(DataError, match=r"The caption of 0.png in snapshot 5eed5eed5eed is empty"):
        evaluate(config, empty, [], tmp_path, tmp_path, Notes())
