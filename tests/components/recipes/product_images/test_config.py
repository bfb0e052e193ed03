"""Tests: each wrong value of a training's settings is refused in one sentence that names the field."""

from pathlib import Path
from typing import Any

import pytest

from components.core.errors import ConfigError
from components.recipes import read_config
from components.recipes.product_images.config import ProductImagesConfig
from tests import ROOT

SECTIONS = ("data", "base", "train", "sampling", "evaluate")
MODELS = ROOT / "deployments" / "models"
COUNTS = ("steps", "checkpoint_every", "batch", "accumulation", "lora.rank", "lora.alpha", "pictures_per_prompt")
SHARES = ("caption_dropout", "lora.dropout")
WRONG: list[tuple[str, tuple[Any, ...]]] = [
    *((f"train.{name}", (0, -1, 1.5, "many", "yes", "null", "[1]", "{a: 1}")) for name in COUNTS),
    *((f"train.{name}", (-0.1, 1, "half", "no", "null", ".nan")) for name in SHARES),
    ("train.learning_rate", (0, -1.0e-3, ".inf", ".nan", "fast", "yes", "null", "[]")),
    ("train.warmup", (-1, 0.5, 400, 10_000, "slow", "yes")),
    ("train.weight_decay", (-0.1, ".inf", ".nan", "none", "yes")),
    ("train.clip", (0, -1, ".nan", ".inf", "no")),
    ("train.optimizer", ("sgd", 1, "null", "yes")),
    ("train.precision", ("fp8", 16, "null")),
    ("train.gradient_checkpointing", ("maybe", 2, "null", "[]")),
    ("train.lora.targets", ("to_q", "[]", "['']", "[1]", "null")),
    ("train.validation_prompts", ("[]", "['']", "a shoe", "null")),
    ("train.min_snr_gamma", (0, -5, ".inf", "on", "five")),
    ("train.background_weight", (-0.1, 1.1, ".nan", "yes", "null")),
    ("train.noise_offset", (-0.1, 1.1, ".nan", "no", "null")),
    ("train.random_flip", ("sometimes", 2, "null")),
    ("train.balance", ("price", 1, "yes", "[article]")),
    ("train.warm_start", ("Production", 2, "null")),
    ("train.early_stop_patience", (0, -1, 1.5, "yes", "soon")),
    ("train.checkpoints_total_limit", (0, -1, 1.5, "yes", "few")),
    ("train.stepz", (4,)),
    ("train.checkpoint_every", (401,)),
    ("sampling.steps", (0, -1, "no")),
    ("sampling.guidance", (0.5, -1, ".inf")),
    ("evaluate.pictures", (1, 0, "all")),
    ("train.compile", ("maybe", 2, "null")),
    ("sampling.batch", (0, -8, 1.5, "all")),
    ("evaluate.block", (0, -64, 1.5, "all")),
    ("evaluate.extractor", (1, "null", "[]")),
    ("evaluate.image_text", (1, "null", "[]")),
    ("data.size", (30, 65, 4096, -64, "big")),
    ("data.catalogue", (1, "null", "[]")),
    ("data.where", ("Shoes", "{articleType: Shoes}", "{articleType: [1]}", "null")),
    ("data.caption", (1, "null", "'{price}'", "'{colour'")),
    ("data.split", (70, "{train: 0}", "{train: 70, validation: -1}", "null")),
    ("data.smallest_split", (0, -1, 1.5, "few")),
    ("data.curated", ("all", "{approved: line}", "{approved: ['']}", "null")),
    ("data.near_duplicate_bits", (-1, 65, 1.5, "few")),
    ("base.model", (1, "null", "[]")),
    ("base.revision", (1, "[]")),
    ("seed", (1.5, "now", "null", "[]")),
]


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in WRONG for value in values], ids=lambda part: str(part)
)
def test_a_wrong_value_is_one_sentence_that_names_the_field(field: str, value: Any) -> None:
    with pytest.raises(ConfigError) as refused:
        read_config(MODELS, "starter", [f"{field}={value}"])
    sentence = str(refused.value)
    assert sentence.startswith("starter.yaml: ")
    assert field.rpartition(".")[2] in sentence
    assert len(sentence.splitlines()) == 1


def test_no_field_of_a_section_is_left_out_of_the_wrong_values() -> None:
    sections = {name: ProductImagesConfig.model_fields[name].annotation for name in SECTIONS}
    fields = {f"{section}.{name}" for section, kind in sections.items() for name in kind.model_fields}  # type: ignore[union-attr]
    tried = {".".join(field.split(".")[:2]) for field, _ in WRONG}
    assert fields <= tried


def test_an_option_that_is_off_is_left_out_of_digests_so_that_finished_trainings_stay_complete() -> None:
    plain = read_config(MODELS, "starter")
    off = read_config(MODELS, "starter", ["train.noise_offset=0", "train.background_weight=1", "train.random_flip=no"])
    on = read_config(MODELS, "starter", ["train.noise_offset=0.1"])
    assert plain.training_digest("s") == off.training_digest("s") != on.training_digest("s")
    new = {"min_snr_gamma", "background_weight", "noise_offset", "random_flip", "balance", "warm_start"}
    assert not {*new, "early_stop_patience", "checkpoints_total_limit"} & plain.model_dump()["train"].keys()


def test_every_model_that_comes_with_the_project_can_be_read() -> None:
    assert [read_config(MODELS, path.stem).model for path in sorted(Path(MODELS).glob("*.yaml"))]
