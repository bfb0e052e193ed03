"""Tests of opening the base model."""

import json
import shutil
from pathlib import Path

import pytest
import torch

from components.core.errors import BaseModelError, CheckpointError
from components.core.records import Checkpoint
from components.recipes.product_descriptions.base_settings import BaseSettings
from components.recipes.product_descriptions.generate.base_model import open_base, open_settings, require_same_base
from tests.components.recipes.product_descriptions.toy_descriptions import toy_config
from tests.components.training.language.test_lora import output
from tests.components.training.language.toy_language_model import read_stock, write_toy_model


def test_the_base_is_opened_once_frozen_and_computes_what_stock_transformers_computes(toy_base: Path) -> None:
    opened = open_base(toy_config(toy_base))

    assert open_base(toy_config(toy_base)) is opened
    assert not any(parameter.requires_grad for parameter in opened.model.parameters())
    assert output(opened.model).equal(output(read_stock(toy_base)))


@pytest.mark.parametrize("kind", ["llama", "mistral"])
def test_with_nf4_the_weights_have_four_bits(kind: str, tmp_path: Path) -> None:
    base = BaseSettings(model=str(write_toy_model(tmp_path / kind, kind)), quantization="nf4")

    model = open_settings(base, "auto").model

    assert model.model.layers[0].self_attn.q_proj.weight.dtype == torch.uint8
    plain = output(read_stock(tmp_path / kind))
    assert 0 < float((output(model) - plain).norm() / plain.norm()) < 0.5


@pytest.mark.parametrize("quantization", ["none", "nf4"])
def test_a_gguf_file_is_read_with_its_vocabulary(quantization: str, toy_base: Path, tmp_path: Path) -> None:
    pytest.importorskip("gguf", reason="gguf is optional")
    from tests.components.recipes.product_descriptions.generate.toy_gguf import write_toy_gguf

    write_toy_gguf(toy_base, tmp_path / "toy.gguf")
    plain = open_settings(BaseSettings(model=str(toy_base)), "fp32")
    expected, tokens = output(plain.model), plain.tokenizer("Red shoes")["input_ids"]
    base = BaseSettings.model_validate({"model": str(tmp_path), "gguf": "toy.gguf", "quantization": quantization})

    opened = open_settings(base, "fp32")

    assert opened.tokenizer.eos_token == "</s>"
    assert opened.tokenizer("Red shoes", add_special_tokens=False)["input_ids"] == [t for t in tokens if t != 1]
    difference = float((output(opened.model) - expected).norm() / expected.norm())
    assert difference < (1e-4 if quantization == "none" else 0.5)


def test_a_tokenizer_without_an_end_token_is_one_sentence(toy_base: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(toy_base, tmp_path / "base"))
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    settings.pop("eos_token")
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))

    with pytest.raises(BaseModelError, match=r"The tokenizer of .* has no end token, expected eos_token"):
        open_settings(BaseSettings(model=str(folder)), "auto")


def test_damaged_weights_are_one_sentence(toy_base: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(toy_base, tmp_path / "base"))
    (folder / "model.safetensors").write_bytes(b"no tensors")

    with pytest.raises(BaseModelError, match="does not load"):
        open_settings(BaseSettings(model=str(folder)), "auto")


def test_an_adapter_of_another_base_of_the_same_shape_is_refused(toy_base: Path, trained: Checkpoint) -> None:
    other = write_toy_model(toy_base.parent / "other", seed=1)

    require_same_base(BaseSettings(model=str(toy_base)), trained)
    with pytest.raises(CheckpointError, match=r"has the digest .*, on which the version was trained"):
        require_same_base(BaseSettings(model=str(other)), trained)
