"""Tests: prompts become the embeddings that stock diffusers makes of them, for each kind of base model."""

from pathlib import Path

import pytest
import torch

from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.generate.texts import encode_text, joined
from components.training.diffusion.pipelines import Pipeline
from tests.components.recipes.product_images.toy_model import make_config
from tests.components.training.toy_base import make_toy_xl_pipeline, write_toy_base, write_toy_xl_base


@pytest.fixture(scope="module")
def xl(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    return open_base(make_config(write_toy_xl_base(tmp_path_factory.mktemp("xl"))))


def test_a_text_of_xl_has_the_states_of_both_encoders_and_the_pooled_output_of_the_second(xl: Pipeline) -> None:
    text = encode_text(xl, "red shoes")
    assert text.hidden.shape == (1, 16, 32 + 32)
    assert text.pooled.shape == (1, 16)
    hidden, _, pooled, _ = xl.encode_prompt("red shoes", device="cpu", do_classifier_free_guidance=False)
    assert torch.equal(text.hidden, hidden)
    assert torch.equal(text.pooled, pooled)


def test_the_empty_text_of_xl_is_zero_as_in_its_own_training_unless_its_configuration_says_otherwise(
    xl: Pipeline, tmp_path: Path
) -> None:
    empty = encode_text(xl, "")
    assert not empty.hidden.any()
    assert not empty.pooled.any()
    other = make_toy_xl_pipeline()
    other.register_to_config(force_zeros_for_empty_prompt=False)
    other.save_pretrained(tmp_path)
    assert encode_text(open_base(make_config(tmp_path)), "").hidden.any()


def test_a_text_of_1_5_has_no_pooled_output_and_its_empty_text_is_encoded(tmp_path: Path) -> None:
    pipeline = open_base(make_config(write_toy_base(tmp_path)))
    both = joined([encode_text(pipeline, "red shoes"), encode_text(pipeline, "")])
    assert both.hidden.shape == (2, 16, 32)
    assert both.pooled.shape == (2, 0)
    assert both.hidden[1].any()
