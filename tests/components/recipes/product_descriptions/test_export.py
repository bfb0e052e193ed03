"""Tests of the export for stock clients: transformers and peft load it, and write as the version does."""

from pathlib import Path

import pytest
import torch
from peft import PeftModel

from components.core.errors import CheckpointError
from components.core.records import Checkpoint
from components.recipes.product_descriptions.export import write_peft
from tests.components.training.language.toy_language_model import read_stock


@pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")  # peft asks for it
def test_stock_peft_loads_the_export_and_it_changes_the_base(
    toy_base: Path, trained: Checkpoint, tmp_path: Path
) -> None:
    write_peft(trained, tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {"adapter_config.json", "adapter_model.safetensors"}
    tokens = torch.arange(10)[None]
    base = read_stock(toy_base)(input_ids=tokens).logits
    changed = PeftModel.from_pretrained(read_stock(toy_base), str(tmp_path)).eval()(input_ids=tokens).logits
    assert (changed - base).norm() > 1e-3 * base.norm()


def test_a_checkpoint_without_an_adapter_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="expected a LoRA adapter"):
        write_peft(Checkpoint(tmp_path, 1, ""), tmp_path)
