"""Tests of the command that trains the starter's base: a short plan gives the same weights, which stock code loads."""

from pathlib import Path

import pytest
from transformers import AutoModelForCausalLM, AutoTokenizer

from components.core.files import file_digest
from components.recipes.product_descriptions.starter.__main__ import arguments
from components.recipes.product_descriptions.starter.pretraining import Plan, pretrain

SHORT = Plan(texts=24, steps=2, batch=4, warmup=1)


def test_a_trial_has_a_share_of_texts_and_steps() -> None:
    plan = Plan(seed=3).scaled(0.01)

    assert (plan.texts, plan.steps, plan.warmup, plan.seed) == (120, 7, 6, 3)
    assert arguments(["--effort", "0.01"]).effort == 0.01


@pytest.mark.slow
def test_the_same_plan_gives_the_same_files_and_replaces_what_was_there(tmp_path: Path) -> None:
    told: list[int] = []
    figures = pretrain(tmp_path / "one", SHORT, lambda done, total, loss: told.append(done))
    (tmp_path / "two").mkdir()
    (tmp_path / "two/old.txt").write_text("old")
    pretrain(tmp_path / "two", SHORT, lambda done, total, loss: None)

    assert told == [1, 2]
    assert figures["steps"] == 2
    assert not (tmp_path / "two/old.txt").exists()
    weights = [file_digest(tmp_path / name / "model.safetensors") for name in ("one", "two")]
    assert weights[0] == weights[1]
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "one")
    assert model.config.vocab_size == len(AutoTokenizer.from_pretrained(tmp_path / "one"))
