"""Tests: a training is not continued with other inputs, and the sentence names each that changed."""

from pathlib import Path

import pytest

from components.core.errors import CheckpointError
from components.training.checkpoints import State
from components.training.pause import save_pause
from components.training.same_training import FILE, interrupted_otherwise, note_training, require_same_training

INPUTS = {"snapshot": "a1", "base model": "b1", "train": {"batch": 4, "lora": {"rank": 2, "targets": ("to_q",)}}}


def test_the_same_inputs_are_taken(tmp_path: Path) -> None:
    require_same_training(tmp_path, INPUTS)
    note_training(tmp_path, INPUTS)
    require_same_training(tmp_path, INPUTS)


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({**INPUTS, "snapshot": "a2"}, "snapshot was a1 and is a2"),
        ({**INPUTS, "base model": "b2"}, "base model was b1 and is b2"),
        (
            {**INPUTS, "train": {"batch": 8, "lora": {"rank": 4, "targets": ("to_q", "to_k")}}},
            "train.batch was 4 and is 8; train.lora.rank was 2 and is 4; "
            'train.lora.targets was ["to_q"] and is ["to_q", "to_k"]',
        ),
        ({**INPUTS, "train": {**INPUTS["train"], "noise_offset": 0.1}}, "train.noise_offset was not set and is 0.1"),  # type: ignore[dict-item]
    ],
)
def test_a_change_is_refused_and_named(tmp_path: Path, other: dict[str, object], sentence: str) -> None:
    note_training(tmp_path, INPUTS)
    with pytest.raises(CheckpointError) as raised:
        require_same_training(tmp_path, other)
    assert f"was begun with other inputs ({sentence}), expected the same" in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_a_note_that_cannot_be_read_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{")
    require_same_training(tmp_path, INPUTS)


def test_an_interrupted_training_with_other_inputs_is_named_and_no_other_one(tmp_path: Path) -> None:
    for name, inputs in [
        ("ours", INPUTS),
        ("other", {**INPUTS, "snapshot": "a2"}),
        ("done", {**INPUTS, "snapshot": "a3"}),
    ]:
        (tmp_path / name).mkdir()
        note_training(tmp_path / name, inputs)
    for name in ("ours", "other"):
        save_pause(tmp_path / name, State(137, {}, {}), lambda unfinished: None)
    (sentence,) = interrupted_otherwise(tmp_path / "ours", INPUTS)
    assert sentence == (
        f"The training in {tmp_path / 'other'} was interrupted at step 137 with other inputs "
        "(snapshot was a2 and is a1): this one begins anew."
    )
