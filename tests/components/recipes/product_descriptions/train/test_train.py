"""Tests of the training of an adapter: resumed to the bit, checked, and clear about what is missing."""

from pathlib import Path

import pytest
from safetensors.torch import load_file

from components.core.errors import CheckpointError, ConfigError, DataError, TrainingError
from components.core.records import Checkpoint
from components.recipes.product_descriptions.train.train import train
from components.recipes.product_descriptions.version_files import read_checking, read_writing
from tests.components.recipes.product_descriptions.toy_descriptions import ToyLog, toy_config, toy_snapshot


def weights(checkpoint: Checkpoint) -> dict[str, bytes]:
    tensors = load_file(checkpoint.folder / "adapter/adapter_model.safetensors")
    state = load_file(checkpoint.folder / "state.safetensors")
    return {name: tensor.numpy().tobytes() for name, tensor in {**tensors, **state}.items()}


@pytest.mark.parametrize(
    "assignments",
    [
        (),
        ("train.lora.dropout=0.2", "train.accumulation=2"),
        ("base.quantization=nf4", "train.optimizer=paged_adamw8bit"),
        ("train.gradient_checkpointing=true", "train.optimizer=adamw8bit"),
    ],
    ids=["plain", "dropout", "QLoRA", "checkpointing"],
)
@pytest.mark.filterwarnings("ignore")  # bitsandbytes and peft warn of their own
def test_a_training_that_was_killed_ends_with_the_bits_of_one_that_was_not(
    toy_base: Path, tmp_path: Path, assignments: tuple[str, ...]
) -> None:
    config, snapshot = toy_config(toy_base, *assignments), toy_snapshot()
    whole = tmp_path / "whole"
    killed = tmp_path / "killed"
    for folder in (whole, killed):
        folder.mkdir()

    def kill(step: int) -> None:
        if step == 3:
            raise KeyboardInterrupt

    expected = train(config, snapshot, whole, ToyLog())
    with pytest.raises(KeyboardInterrupt):
        train(config, snapshot, killed, ToyLog(kill))
    found = train(config, snapshot, killed, ToyLog())

    assert [checkpoint.step for checkpoint in found] == [2, 4]
    assert [weights(checkpoint) for checkpoint in found] == [weights(checkpoint) for checkpoint in expected]
    assert (killed / "validation/step-000004.txt").read_text() == (whole / "validation/step-000004.txt").read_text()


def test_complete_checkpoints_are_not_trained_again(toy_base: Path, trained: Checkpoint) -> None:
    log = ToyLog()

    again = train(toy_config(toy_base), toy_snapshot(), trained.folder.parent, log)

    assert again[-1] == trained
    assert log.values == {}


def test_a_checkpoint_has_its_validation_loss_and_texts_and_what_a_version_needs(
    toy_base: Path, tmp_path: Path
) -> None:
    log = ToyLog()

    checkpoint = train(toy_config(toy_base), toy_snapshot(), tmp_path, log)[-1]

    assert log.values[4]["validation_loss"] > 0
    assert "Description:" in (tmp_path / "validation/step-000004.txt").read_text()
    assert read_writing(checkpoint.folder).base_digest == checkpoint.base_digest != ""
    assert set(read_checking(checkpoint.folder).values) <= {"brand", "articleType", "baseColour", "gender"}
    assert "Red" in read_checking(checkpoint.folder).values["baseColour"]


def test_the_loss_falls(toy_base: Path, tmp_path: Path) -> None:
    log = ToyLog()

    train(toy_config(toy_base, "train.steps=12", "train.checkpoint_every=12"), toy_snapshot(), tmp_path, log)

    losses = [log.values[step]["loss"] for step in sorted(log.values)]
    assert losses[-1] < losses[0] - 0.1


def test_another_setting_does_not_continue_a_training(toy_base: Path, trained: Checkpoint) -> None:
    with pytest.raises(CheckpointError, match=r"begun with other inputs \(train.learning_rate was 0.05 and is 0.01\)"):
        train(toy_config(toy_base, "train.learning_rate=0.01"), toy_snapshot(), trained.folder.parent, ToyLog())


def test_a_learning_rate_that_destroys_the_weights_names_the_step_and_its_products(
    toy_base: Path, tmp_path: Path
) -> None:
    config = toy_config(toy_base, "train.learning_rate=1e30", "train.clip=1e30", "train.warmup=0")

    with pytest.raises(TrainingError, match=r"(?s)at step \d.*products \d.*there is no checkpoint yet: lower"):
        train(config, toy_snapshot(), tmp_path, ToyLog())


def test_too_few_examples_for_a_batch_are_one_sentence(toy_base: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="The train split has 1 examples, expected at least one batch of 2"):
        train(toy_config(toy_base), toy_snapshot(train=1), tmp_path, ToyLog())


def test_an_early_stop_ends_a_training_that_no_longer_learns(toy_base: Path, tmp_path: Path) -> None:
    config = toy_config(toy_base, "train.steps=8", "train.learning_rate=4", "train.early_stop_patience=1")

    steps = [checkpoint.step for checkpoint in train(config, toy_snapshot(), tmp_path, ToyLog())]

    assert steps in ([2, 4], [2, 4, 6])


def test_targets_that_the_base_has_not_are_one_sentence(toy_base: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"train.lora.targets are to_q"):
        train(toy_config(toy_base, "train.lora.targets=[to_q]"), toy_snapshot(), tmp_path, ToyLog())
