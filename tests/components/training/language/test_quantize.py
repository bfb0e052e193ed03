"""Tests of frozen weights in 4 bits on the CPU."""

import pytest
import torch
from transformers import BitsAndBytesConfig

from components.training.language.lora import add_lora, lora_form, lora_parameters
from components.training.language.quantize import keep_weights, quantize_nf4
from tests.components.training.language.test_lora import ATTENTION, TOKENS, output
from tests.components.training.language.toy_language_model import make_toy_model, write_toy_model

pytest.importorskip("bitsandbytes")


def layer_of(model: object) -> torch.nn.Module:
    return model.model.layers[0].self_attn.q_proj  # type: ignore[attr-defined,no-any-return]


def test_linear_layers_have_weights_of_four_bits_and_compute_nearly_the_same() -> None:
    base, model = output(make_toy_model()), make_toy_model()

    quantize_nf4(model, torch.float32)

    assert type(layer_of(model)).__name__ == "Linear4bit"
    assert layer_of(model).weight.dtype == torch.uint8
    assert type(model.lm_head) is torch.nn.Linear
    changed = output(model)
    assert 0 < float((changed - base).norm() / base.norm()) < 0.5


def test_it_computes_what_transformers_own_quantization_computes(tmp_path: object) -> None:
    from transformers import AutoModelForCausalLM

    folder = write_toy_model(tmp_path / "base")  # type: ignore[operator]
    settings = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=torch.float32,
        bnb_4bit_use_double_quant=True,
    )
    theirs = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, quantization_config=settings, device_map={"": torch.device("cpu")}
    ).eval()
    keep_weights(theirs)
    ours = make_toy_model()

    quantize_nf4(ours, torch.float32)

    assert output(ours).allclose(output(theirs), atol=1e-5)


def test_outputs_without_gradients_leave_the_weights_and_their_scales_as_they_are() -> None:
    model = make_toy_model()
    quantize_nf4(model, torch.float32)
    weights, scales = layer_of(model).weight.clone(), layer_of(model).weight.quant_state.absmax.clone()
    before = output(model)

    assert layer_of(model).weight.equal(weights)
    assert layer_of(model).weight.quant_state.absmax.equal(scales)
    assert output(model.train()).equal(before)


def test_an_adapter_is_trained_on_a_quantized_base_whose_weights_stay() -> None:
    model = make_toy_model("mistral")
    quantize_nf4(model, torch.float32)
    frozen = layer_of(model).weight.clone()
    parameters = add_lora(model, lora_form(4, 8, ATTENTION), seed=0)
    optimizer = torch.optim.AdamW(parameters, lr=1e-2)

    losses = []
    for _ in range(8):
        loss = model(input_ids=TOKENS, labels=TOKENS).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))

    assert losses[-1] < losses[0]
    assert layer_of(model).base_layer.weight.equal(frozen)  # type: ignore[operator,union-attr]
    assert all(
        parameter.grad is None or parameter.dtype == torch.float32 for parameter in lora_parameters(model).values()
    )
