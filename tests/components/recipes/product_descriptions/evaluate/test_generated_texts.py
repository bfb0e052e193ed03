"""Tests: the losses of real texts, and what texts depend on."""

from dataclasses import replace
from pathlib import Path

from components.core.records import Checkpoint
from components.recipes.product_descriptions.drift_responses import SURPRISE, responses
from components.recipes.product_descriptions.evaluate.generated_texts import real_losses, subject_digest
from components.recipes.product_descriptions.generate.base_model import open_base
from tests.components.recipes.product_descriptions.evaluate.conftest import Evaluated


def test_losses_count_bytes_and_tokens_of_the_text_alone(evaluated: Evaluated, tmp_path: Path) -> None:
    opened = open_base(evaluated.config)
    texts = ["Red shoes.", "Grün", "Red shoes."]
    found = real_losses(opened, ["Brand: A\nDescription:", "Brand: B\nDescription:", "x"], texts, tmp_path)
    assert found.bytes.tolist() == [10, 5, 10]
    assert found.tokens[0] == found.tokens[2]
    assert found.nats[0] != found.nats[2]  # the prompts differ
    again = real_losses(opened, ["x"], ["Red shoes."], tmp_path)
    assert again.nats[0] == found.nats[2]


def test_texts_depend_on_weights_and_generation_settings(evaluated: Evaluated) -> None:
    settings, opened = evaluated.config, open_base(evaluated.config)
    hotter = settings.model_copy(update={"generation": settings.generation.model_copy(update={"temperature": 0.1})})
    checkpoints: list[Checkpoint | None] = [None, *evaluated.checkpoints]
    digests = {subject_digest(opened, settings, checkpoint) for checkpoint in checkpoints}
    assert len(digests | {subject_digest(opened, hotter, None)}) == 4


def test_a_version_is_measured_by_how_well_it_predicts_new_texts(evaluated: Evaluated, tmp_path: Path) -> None:
    found = responses(evaluated.config, evaluated.checkpoints[0], evaluated.snapshot, "test", tmp_path)[SURPRISE]
    assert len(found) == len(evaluated.snapshot.splits["test"])
    assert all(2 < value < 12 for value in found)
    empty = replace(evaluated.snapshot, splits={"test": []})
    assert responses(evaluated.config, evaluated.checkpoints[0], empty, "test", tmp_path) == {SURPRISE: []}
