"""Tests: pictures of a batch are the same bits as alone, and a size for which that is not proved is not used."""

import copy
import random

import pytest
import torch
from diffusers import StableDiffusionPipeline
from torch import Tensor, nn

from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.generate.exact_batch import exact_batch, rows_alone, same_in_any_batch
from components.recipes.product_images.generate.predict import PictureRequest, load
from tests.components.recipes.product_images.toy_model import ListLog, make_config

CONFIG = make_config("starter")


def test_requests_in_random_batches_get_the_pictures_that_they_get_alone() -> None:
    predictor, numbers = load(CONFIG, None, ListLog()), random.Random(3)
    requests = [PictureRequest(prompt=f"shoes {n}", seed=n, count=1 + n % 2) for n in range(9)]
    alone = [predictor.predict(request) for request in requests]
    for _ in range(3):
        chosen = numbers.sample(range(len(requests)), numbers.randint(2, len(requests)))
        together = predictor.predict_together([requests[place] for place in chosen])
        assert list(together) == [alone[place] for place in chosen]


def own_pipeline() -> StableDiffusionPipeline:
    """Return a pipeline whose UNet a test may change, and of which nothing was proved yet."""
    own = copy.copy(open_base(CONFIG))
    own.unet = copy.deepcopy(own.unet)
    return own


def test_a_layer_whose_sums_depend_on_the_batch_forbids_batches() -> None:
    """A layer that looks at the whole batch stands for a kernel that another size chooses."""
    pipeline = own_pipeline()

    def lean(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        return output * (1 + 1e-6 * len(output))

    pipeline.unet.conv_out.register_forward_hook(lean)
    with same_in_any_batch(pipeline, rows_alone(7.5)):
        assert exact_batch(pipeline, 7, 7.5, most=7) == 1


def test_layers_with_one_row_a_picture_are_computed_in_parts() -> None:
    calls: list[int] = []

    class Counting(nn.Linear):
        def forward(self, given: Tensor) -> Tensor:
            calls.append(len(given))
            return super().forward(given)

    pipeline = own_pipeline()
    pipeline.unet.counting = Counting(4, 4)
    with same_in_any_batch(pipeline, 2), torch.inference_mode():
        pipeline.unet.counting(torch.zeros(6, 4))
        pipeline.unet.counting(torch.zeros(6, 5, 4))
    assert calls == [6, 2, 2, 2, 6]
    assert not pipeline.vae.use_slicing


@pytest.mark.parametrize(("guidance", "rows"), [(1.0, 1), (1.1, 2)])
def test_guidance_computes_two_rows(guidance: float, rows: int) -> None:
    assert rows_alone(guidance) == rows
