"""Tests of LoRA adapters on a language model in memory."""

from pathlib import Path

import pytest
import torch
from peft import PeftModel

from components.core.errors import CheckpointError, ConfigError
from components.training.language.adapter_files import BaseName
from components.training.language.lora import (
    add_lora,
    load_adapter,
    lora_form,
    lora_parameters,
    save_adapter,
    swap_adapter,
)
from tests.components.training.language.toy_language_model import disturb, make_toy_model, read_stock, write_toy_model

TOKENS = torch.arange(3, 27).reshape(2, 12)
ATTENTION = frozenset({"q_proj", "k_proj", "v_proj", "o_proj"})


@torch.no_grad()
def output(model: object) -> torch.Tensor:
    return model(input_ids=TOKENS, use_cache=False).logits  # type: ignore[operator,no-any-return]


def saved(folder: Path, rank: int = 4, alpha: int = 12, seed: int = 1, targets: frozenset[str] = ATTENTION) -> Path:
    """Write an adapter with an effect, and return its folder."""
    model = make_toy_model()
    add_lora(model, lora_form(rank, alpha, targets), seed)
    disturb(model, seed)
    folder.mkdir()
    save_adapter(model, BaseName("base"), folder)
    return folder


def test_a_new_adapter_has_no_effect_and_alone_is_trained() -> None:
    model, base = make_toy_model(), output(make_toy_model())

    parameters = add_lora(model, lora_form(4, 8, ATTENTION), seed=0)

    assert output(model).equal(base)
    assert {id(p) for p in model.parameters() if p.requires_grad} == {id(p) for p in parameters}
    assert all(parameter.dtype == torch.float32 for parameter in parameters)


def test_the_same_seed_gives_the_same_adapter() -> None:
    first, second, other = make_toy_model(), make_toy_model(), make_toy_model()
    for model, seed in ((first, 3), (second, 3), (other, 4)):
        add_lora(model, lora_form(4, 8, ATTENTION), seed)

    a, b, c = (torch.cat([p.flatten() for p in lora_parameters(m).values()]) for m in (first, second, other))
    assert a.equal(b)
    assert not a.equal(c)


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # peft asks transformers for it
def test_stock_transformers_and_peft_load_what_was_trained_with_its_alpha(tmp_path: Path) -> None:
    base = write_toy_model(tmp_path / "base")
    model = read_stock(base)
    add_lora(model, lora_form(rank=4, alpha=12, targets=ATTENTION), seed=1)
    disturb(model)
    (tmp_path / "adapter").mkdir()
    save_adapter(model, BaseName(str(base)), tmp_path / "adapter")

    stock = PeftModel.from_pretrained(read_stock(base), tmp_path / "adapter")

    assert output(stock).equal(output(model))
    assert not output(stock).equal(output(read_stock(base)))
    assert stock.peft_config["default"].base_model_name_or_path == str(base)


def test_adapters_of_several_forms_are_swapped_and_the_base_comes_back_to_the_bit(tmp_path: Path) -> None:
    model, base = make_toy_model(), output(make_toy_model())
    small = saved(tmp_path / "small", rank=2, alpha=2)
    wide = saved(tmp_path / "wide", rank=8, alpha=16, seed=2, targets=frozenset({"up_proj", "q_proj"}))
    fresh = {}
    for folder in (small, wide):
        alone = make_toy_model()
        load_adapter(alone, folder)
        fresh[folder] = output(alone)

    for folder in (small, None, wide, small, small, None):
        swap_adapter(model, folder)
        assert output(model).equal(base if folder is None else fresh[folder])


def test_an_adapter_of_another_base_is_refused(tmp_path: Path) -> None:
    model = make_toy_model()
    model.config.num_hidden_layers = 1
    del model.model.layers[1]

    with pytest.raises(CheckpointError, match=r"does not fit the base model .* correct base.model"):
        load_adapter(model, saved(tmp_path / "adapter"))


def test_targets_that_the_model_has_not_are_one_sentence_and_leave_it_as_it_was() -> None:
    model = make_toy_model()

    with pytest.raises(ConfigError, match=r"train.lora.targets are to_q .*expected names of the model's layers"):
        add_lora(model, lora_form(4, 8, frozenset({"to_q"})), seed=0)

    add_lora(model, lora_form(4, 8, ATTENTION), seed=0)
