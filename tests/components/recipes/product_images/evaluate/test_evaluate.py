"""Tests: checkpoints and their base model are scored on the same prompts and seeds, and cached."""

import json
import math
import pickle
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import torch
from peft import LoraConfig
from PIL import Image
from safetensors.torch import load_file, save_file

from components.core.errors import CheckpointError, DataError
from components.core.metric_table import METRICS
from components.core.recipe import Workplace
from components.core.records import BASE, Checkpoint, Comparison, Evaluation, Scorecard, Snapshot
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.evaluate.evaluate import evaluate
from components.recipes.product_images.example import ProductImage
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.prompt_plan import make_plan
from components.recipes.product_images.score.features import read_pictures
from components.training.diffusion.adapter_files import adapter_digest
from components.training.diffusion.lora import add_lora, lora_parameters, remove_lora, save_adapter
from tests.components.recipes.product_images.toy_model import product_image
from tests.components.training.toy_base import write_toy_base

COLOURS = {"red": (200, 30, 40), "green": (40, 160, 60), "blue": (40, 60, 190), "grey": (120, 120, 120)}
PICTURES = 24


@dataclass
class ListLog:
    """A RunLog that keeps what is logged."""

    logged: list[tuple[int, Mapping[str, float]]] = field(default_factory=list)
    done: dict[str, list[int]] = field(default_factory=dict)

    def metrics(self, values: Mapping[str, float], step: int) -> None:
        self.logged.append((step, values))

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


def make_snapshot(folder: Path, sizes: Mapping[str, int], captions: int = len(COLOURS)) -> Snapshot:
    """Return a snapshot of coloured squares with so many different captions."""
    splits: dict[str, list[ProductImage]] = {}
    for split, count in sizes.items():
        (folder / split).mkdir(parents=True)
        splits[split] = []
        for number in range(count):
            name, colour = list(COLOURS.items())[number % len(COLOURS)]
            picture = Image.new("RGB", (32, 32), "white")
            picture.paste(colour, (4 + number % 5, 10, 26, 20 + number % 7))
            picture.save(folder / split / f"{number}.png")
            caption = f"{name} {number % captions}" if captions > len(COLOURS) else f"{name} shoes"
            splits[split].append(product_image(number, caption=caption, baseColour=name.title()))
    return Snapshot("5eed5eed5eed", folder, splits)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return make_snapshot(tmp_path_factory.mktemp("snapshot"), {"train": 48, "validation": 16})


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
    evaluation: Evaluation
    log: ListLog
    report: Path
    cache: Path

    @property
    def cards(self) -> Sequence[Scorecard]:
        return self.evaluation.scorecards


def run(
    config: ProductImagesConfig, snapshot: Snapshot, checkpoints: list[Checkpoint], cache: Path, log: ListLog
) -> Evaluation:
    """Evaluate on the validation split and discard the report."""
    with TemporaryDirectory() as report:
        return evaluate(config, snapshot, "validation", checkpoints, Workplace(cache, Path(report)), log)


@pytest.fixture(scope="module")
def evaluated(
    config: ProductImagesConfig,
    snapshot: Snapshot,
    checkpoints: list[Checkpoint],
    tmp_path_factory: pytest.TempPathFactory,
) -> Evaluated:
    folder, log = tmp_path_factory.mktemp("evaluated"), ListLog()
    (folder / "report").mkdir()
    workplace = Workplace(folder / "cache", folder / "report", production=checkpoints[0].digest)
    evaluation = evaluate(config, snapshot, "validation", checkpoints, workplace, log)
    return Evaluated(evaluation, log, folder / "report", folder / "cache")


def with_pictures(config: ProductImagesConfig, count: int) -> ProductImagesConfig:
    return config.model_copy(update={"evaluate": config.evaluate.model_copy(update={"pictures": count})})


def test_the_base_and_every_checkpoint_get_a_scorecard(evaluated: Evaluated) -> None:
    assert [card.subject for card in evaluated.cards] == ["base", "step-10", "step-20"]
    for card in evaluated.cards:
        assert (card.snapshot, card.split) == ("5eed5eed5eed", "validation")
        assert {"fid", "kid", "clip_score", "colour_agreement", "white_background", "coverage"} <= card.scores.keys()
        assert card.scores.keys() <= METRICS.keys()
        assert all(score.low <= score.value <= score.high for score in card.scores.values())
        assert all(score.floor is not None for score in card.scores.values())
        assert {card.scores[name].n for name in ("fid", "kid", "clip_score")} == {PICTURES}
        assert card.scores["kid"].extractor.startswith("starter-vision@")
        assert not card.scores["white_background"].extractor  # pixels say it


def test_so_few_pictures_cannot_rank_by_fid_and_kid(evaluated: Evaluated) -> None:
    scores = evaluated.cards[0].scores
    assert {name: scores[name].honest for name in ("fid", "kid", "clip_score")} == {
        "fid": False,
        "kid": False,
        "clip_score": True,
    }
    assert (scores["fid"].smallest_n, scores["kid"].smallest_n) == (64, 32)


def test_every_subject_is_compared_with_every_other_on_the_same_prompts_and_seeds(
    evaluated: Evaluated, checkpoints: list[Checkpoint]
) -> None:
    ten, twenty = (checkpoint.digest for checkpoint in checkpoints)
    pairs = {(c.metric, c.ours, c.theirs): c for c in evaluation_wide(evaluated)}
    for metric in ("kid", "clip_score"):
        assert {key[1:] for key in pairs if key[0] == metric} == {(ten, BASE), (twenty, BASE), (twenty, ten)}
    kid = pairs["kid", twenty, ten]
    assert kid.difference == pytest.approx(
        evaluated.cards[2].scores["kid"].value - evaluated.cards[1].scores["kid"].value
    )
    assert kid.low < kid.difference < kid.high


def evaluation_wide(evaluated: Evaluated) -> list[Comparison]:
    return [comparison for comparison in evaluated.evaluation.comparisons if not comparison.part]


def test_slices_are_compared_with_the_checkpoint_in_production_only(
    evaluated: Evaluated, config: ProductImagesConfig, snapshot: Snapshot, checkpoints: list[Checkpoint]
) -> None:
    assert not [c for c in evaluated.evaluation.comparisons if c.part]  # six pictures of each colour are too few
    report = evaluated.cache / "more"
    report.mkdir()
    workplace = Workplace(evaluated.cache, report, production=checkpoints[0].digest)
    more = evaluate(with_pictures(config, 40), snapshot, "validation", checkpoints, workplace, ListLog())
    parts = {(c.part, c.ours, c.theirs) for c in more.comparisons if c.part}
    assert {part for part, _, _ in parts} == {f"colour={name.title()}" for name in COLOURS}
    assert {(ours, theirs) for _, ours, theirs in parts} == {(checkpoints[1].digest, checkpoints[0].digest)}


def test_weights_that_are_in_production_already_are_one_subject_and_get_the_same_scores(
    evaluated: Evaluated, config: ProductImagesConfig, snapshot: Snapshot, checkpoints: list[Checkpoint]
) -> None:
    again = replace(checkpoints[1], step=40)  # another training gave what this one gave
    with TemporaryDirectory() as report:
        workplace = Workplace(evaluated.cache, Path(report), production=again.digest, other_training=True)
        found = evaluate(config, snapshot, "validation", [*checkpoints, again], workplace, ListLog())
        rated = json.loads((Path(report) / "pictures" / "index.json").read_text())["subjects"]
    assert [card.subject for card in found.scorecards] == ["base", "step-10", "step-20", "step-40"]
    assert found.scorecards[3].scores == found.scorecards[2].scores
    assert rated.keys() == {BASE, "real", *(checkpoint.digest for checkpoint in checkpoints)}


def test_scores_are_logged_at_their_steps_and_the_base_at_step_0(evaluated: Evaluated) -> None:
    assert [step for step, _ in evaluated.log.logged] == [0, 10, 20]
    assert evaluated.log.logged[1][1] == {name: score.value for name, score in evaluated.cards[1].scores.items()}
    assert evaluated.log.done["pictures of step 20"] == [8, 16, 24, 24]


def test_the_report_has_pictures_curves_a_table_and_the_numbers(evaluated: Evaluated) -> None:
    assert {path.name for path in evaluated.report.iterdir()} >= {
        "report.html",
        "report.json",
        "grid.png",
        "scores.md",
        "scorecards.json",
        "consolidated_results.json",
        "comparative_report.md",
    }
    with Image.open(evaluated.report / "grid.png") as grid:
        assert grid.width > 4 * 176  # four captions, each shown large enough
        assert grid.height > 3 * 176
    cards = sorted((evaluated.report / "cards").iterdir())
    assert len(cards) == len(evaluated.cards) - 1  # each checkpoint, under the base model's pictures
    with Image.open(cards[0]) as grid:
        assert grid.height < 3 * 176
    cards_json = json.loads((evaluated.report / "scorecards.json").read_text())
    assert cards_json[2]["scores"]["kid"]["value"] == evaluated.cards[2].scores["kid"].value


def test_pictures_to_rate_are_saved_and_only_the_index_names_their_subject(
    evaluated: Evaluated, checkpoints: list[Checkpoint]
) -> None:
    index = json.loads((evaluated.report / "pictures" / "index.json").read_text())
    assert index["subjects"].keys() == {BASE, "real", *(checkpoint.digest for checkpoint in checkpoints)}
    for name, subject in index["subjects"].items():
        assert len(subject["files"]) == 16
        assert all((evaluated.report / "pictures" / name / file["file"]).is_file() for file in subject["files"])


def test_a_second_evaluation_generates_nothing(
    evaluated: Evaluated, config: ProductImagesConfig, snapshot: Snapshot, checkpoints: list[Checkpoint], tmp_path: Path
) -> None:
    log = ListLog()
    again = run(config, snapshot, checkpoints, evaluated.cache, log)
    assert again.scorecards == evaluated.cards
    assert {tuple(done) for what, done in log.done.items() if what.startswith("pictures of")} == {(PICTURES,)}


def test_a_larger_budget_generates_only_the_missing_pictures(
    evaluated: Evaluated, config: ProductImagesConfig, snapshot: Snapshot, tmp_path: Path
) -> None:
    log = ListLog()
    cache = shutil.copytree(evaluated.cache / "pictures", tmp_path / "cache" / "pictures").parent
    run(with_pictures(config, 48), snapshot, [], cache, log)
    assert log.done["pictures of the base model"][-2:] == [48, 48]
    assert len(log.done["pictures of the base model"]) == 2 + -(-(48 - 40) // 8) - 1


def scale(file: Path) -> None:
    tensors = {name: (tensor * 1.2).to(tensor.dtype) for name, tensor in load_file(file).items()}
    file.unlink()
    save_file(tensors, file)


def swap_outputs(file: Path) -> None:
    tensors = load_file(file)
    swapped = {name: tensor.clone() for name, tensor in zip(tensors, reversed(tensors.values()), strict=True)}
    file.unlink()
    save_file(swapped, file)


def rename(file: Path) -> None:
    tensors = {f"other {name}": tensor.clone() for name, tensor in load_file(file).items()}
    file.unlink()
    save_file(tensors, file)


@pytest.mark.parametrize(
    "alter",
    [
        *(scale, swap_outputs, rename),
        lambda file: file.write_bytes(file.read_bytes()[:100]),
        lambda file: file.write_bytes(b""),
    ],
)
def test_an_altered_cache_is_made_again_and_changes_no_score(
    alter: Callable[[Path], object],
    evaluated: Evaluated,
    config: ProductImagesConfig,
    snapshot: Snapshot,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    cache = shutil.copytree(evaluated.cache, tmp_path / "cache")
    for path in list(cache.rglob("*.safetensors")):
        alter(path)
    assert run(config, snapshot, [], cache, ListLog()).scorecards == evaluated.cards[:1]
    assert "is not known to be what was stored there: it was removed, and will be made again." in caplog.text
    assert "features" in caplog.text
    assert "pictures" in caplog.text


def test_a_checkpoint_scores_alone_what_it_scores_among_others(
    evaluated: Evaluated, config: ProductImagesConfig, snapshot: Snapshot, checkpoints: list[Checkpoint], tmp_path: Path
) -> None:
    cards = run(config, snapshot, checkpoints[1:], tmp_path / "cache", ListLog()).scorecards
    assert [card.subject for card in cards] == ["base", "step-20"]
    for name, score in cards[1].scores.items():
        assert math.isclose(score.value, evaluated.cards[2].scores[name].value, abs_tol=1e-6)


def test_captions_take_turns_and_each_repetition_has_another_seed(config: ProductImagesConfig) -> None:
    examples = [product_image(caption=caption) for caption in ("red shoes", "blue shoes")]
    plan = make_plan(with_pictures(config, 5), examples, smallest=2)
    first, second = plan.prompts[:2]
    assert {first, second} == {"red shoes", "blue shoes"}
    assert plan.prompts == [first, second, first, second, first]
    assert len(set(plan.seeds)) == 5
    assert plan.clusters[0].tolist() == [0, 1, 0, 1, 0]
    assert sorted(plan.clusters[1].tolist()) == [0, 1]
    assert plan.shown == [0, 1]
    assert make_plan(with_pictures(config, 4), examples, smallest=2).seeds == plan.seeds[:4]


def test_there_is_a_look_after_each_block_and_none_before_the_smallest_number(config: ProductImagesConfig) -> None:
    examples = [product_image(caption="red shoes")]
    assert make_plan(with_pictures(config, 150), examples, smallest=2).looks == [64, 128, 150]
    assert make_plan(with_pictures(config, 150), examples, smallest=100).looks == [100, 150]
    assert make_plan(with_pictures(config, 30), examples, smallest=100).looks == [30]


def in_blocks(config: ProductImagesConfig, block: int) -> ProductImagesConfig:
    return config.model_copy(update={"evaluate": config.evaluate.model_copy(update={"block": block})})


def test_generation_ends_at_the_first_look_that_decides(
    config: ProductImagesConfig, checkpoints: list[Checkpoint], tmp_path: Path
) -> None:
    snapshot = make_snapshot(tmp_path / "snapshot", {"train": 400, "validation": 40}, captions=40)
    photographs = read_pictures(snapshot, "train", snapshot.splits["train"])

    def as_if_photographed(work: Callable[[Any], Any], subjects: Iterable[Any]) -> list[Any]:
        base, checkpoint = map(work, subjects)
        return [base, replace(checkpoint, pictures=photographs[: len(checkpoint.pictures)])]

    (tmp_path / "report").mkdir()
    workplace = Workplace(tmp_path / "cache", tmp_path / "report", spread=as_if_photographed)
    budget = in_blocks(with_pictures(config, 400), 32)
    evaluation = evaluate(budget, snapshot, "validation", checkpoints[:1], workplace, ListLog())
    assert evaluation.scorecards[0].scores["kid"].n < 400
    (apart,) = (c for c in evaluation.comparisons if c.metric == "kid")
    assert (apart.method, apart.decided) == ("confidence sequence", True)


def test_where_nothing_decides_the_budget_is_spent(
    config: ProductImagesConfig, snapshot: Snapshot, checkpoints: list[Checkpoint], tmp_path: Path
) -> None:
    twin = Checkpoint(checkpoints[0].folder, 30, "twin", checkpoints[0].base_model)
    evaluation = run(in_blocks(with_pictures(config, 48), 16), snapshot, [checkpoints[0], twin], tmp_path, ListLog())
    assert evaluation.scorecards[0].scores["kid"].n == 48
    (apart,) = (c for c in evaluation.comparisons if c.metric == "kid" and BASE not in (c.ours, c.theirs))
    assert (apart.difference, apart.decided) == (0, False)


def test_pictures_may_be_generated_in_another_process(
    evaluated: Evaluated, config: ProductImagesConfig, snapshot: Snapshot, checkpoints: list[Checkpoint], tmp_path: Path
) -> None:
    """The function, the checkpoints and the results are pickled."""

    def elsewhere(work: Callable[[Any], Any], subjects: Iterable[Any]) -> list[Any]:
        return [pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(work))(subject))) for subject in subjects]

    (tmp_path / "report").mkdir()
    workplace = Workplace(tmp_path / "cache", tmp_path / "report", spread=elsewhere)
    evaluation = evaluate(config, snapshot, "validation", checkpoints, workplace, ListLog())
    assert evaluation.scorecards == evaluated.cards


def test_an_adapter_without_finite_pictures_is_named_and_other_pictures_are_kept(
    config: ProductImagesConfig, snapshot: Snapshot, checkpoints: list[Checkpoint], tmp_path: Path
) -> None:
    broken = make_checkpoint(config, tmp_path / "broken", step=7, strength=math.inf)
    with pytest.raises(
        CheckpointError, match="All 24 pictures of step 7 are blank or not finite, expected products: train again"
    ):
        run(config, snapshot, [checkpoints[0], broken], tmp_path / "cache", ListLog())
    log = ListLog()
    run(config, snapshot, checkpoints[:1], tmp_path / "cache", log)
    assert {tuple(done) for what, done in log.done.items() if what.startswith("pictures of")} == {(PICTURES,)}


def test_an_adapter_that_changes_nothing_is_refused(
    config: ProductImagesConfig, snapshot: Snapshot, tmp_path: Path
) -> None:
    idle = make_checkpoint(config, tmp_path / "idle", step=5, strength=0.0)
    with pytest.raises(CheckpointError, match="generates exactly the pictures of the base model, expected a change"):
        run(config, snapshot, [idle], tmp_path / "cache", ListLog())


def test_one_picture_is_refused(config: ProductImagesConfig) -> None:
    with pytest.raises(ValueError, match="greater than or equal to 2"):
        type(config.evaluate).model_validate({**config.evaluate.model_dump(), "pictures": 1})


def test_one_real_picture_is_refused(config: ProductImagesConfig, tmp_path: Path) -> None:
    snapshot = make_snapshot(tmp_path / "snapshot", {"train": 4, "validation": 1})
    with pytest.raises(
        DataError, match="validation split of snapshot 5eed5eed5eed has 1 pictures, expected at least 2"
    ):
        run(config, snapshot, [], tmp_path, ListLog())


def test_pictures_of_several_sizes_are_refused(config: ProductImagesConfig, tmp_path: Path) -> None:
    snapshot = make_snapshot(tmp_path / "snapshot", {"train": 4, "validation": 4})
    Image.new("RGB", (48, 32)).save(snapshot.folder / "validation" / "2.png")
    with pytest.raises(DataError, match=r"2.png has 48 x 32 pixels, expected 32 x 32 as 0.png has"):
        run(config, snapshot, [], tmp_path, ListLog())


def test_an_example_with_another_type_in_a_field_is_refused(config: ProductImagesConfig, tmp_path: Path) -> None:
    snapshot = make_snapshot(tmp_path / "snapshot", {"train": 4, "validation": 4})
    examples = [{**snapshot.splits["validation"][0], "baseColour": 3}, *snapshot.splits["validation"]]
    wrong = Snapshot(snapshot.digest, snapshot.folder, {**snapshot.splits, "validation": examples})
    with pytest.raises(DataError, match=r"Example 0.baseColour of the validation split .* ingest again"):
        run(config, wrong, [], tmp_path, ListLog())


def test_an_empty_caption_is_refused(config: ProductImagesConfig, tmp_path: Path) -> None:
    snapshot = make_snapshot(tmp_path / "snapshot", {"train": 4, "validation": 4})
    examples = [{**snapshot.splits["validation"][0], "caption": "  "}, *snapshot.splits["validation"]]
    empty = Snapshot(snapshot.digest, snapshot.folder, {**snapshot.splits, "validation": examples})
    with pytest.raises(DataError, match=r"The caption of 0.png in snapshot 5eed5eed5eed is empty"):
        run(config, empty, [], tmp_path, ListLog())
