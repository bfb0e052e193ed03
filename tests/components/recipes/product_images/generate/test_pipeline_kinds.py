"""Tests: each kind of base model trains, generates as stock diffusers does, and has a golden picture that holds."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from diffusers import DiffusionPipeline

from components.core.errors import CheckpointError
from components.core.records import Checkpoint
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.generate.base_folder import base_digest
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.generate.generate import generate_pictures
from components.recipes.product_images.generate.golden_picture import check_golden, from_sample, make_golden
from components.recipes.product_images.generate.pipeline_kinds import KINDS, kind_of
from components.recipes.product_images.package import package
from components.recipes.product_images.train.latent_cache import picture_sizes
from components.recipes.product_images.train.train import train
from components.training.diffusion.lora import swap_adapter
from tests.components.recipes.product_images.toy_model import ListLog, make_config, make_snapshot, product_image
from tests.components.recipes.product_images.train.killable import assert_same_bits, folder_in
from tests.components.training.toy_base import write_toy_base, write_toy_xl_base

BASES: dict[str, Callable[[Path], Path]] = {
    "StableDiffusionPipeline": write_toy_base,
    "StableDiffusionXLPipeline": write_toy_xl_base,
}
Trained = tuple[ProductImagesConfig, Checkpoint]


@pytest.fixture(scope="module", params=sorted(KINDS))
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp(request.param)
    config = make_config(BASES[request.param](folder / "base"))
    snapshot = make_snapshot(folder / "snapshot")
    last = train(config, snapshot, folder_in(folder / "whole"), ListLog())[-1]
    again = folder_in(folder / "again")
    train(config, snapshot, again, ListLog())
    for path in (again / "step-000008", again / "step-000012"):  # as after an interruption
        path.rename(path.with_name(f".lost-{path.name}"))
    train(config, snapshot, again, ListLog())
    assert_same_bits(folder / "whole", again)
    return config, last


def stock(config: ProductImagesConfig, checkpoint: Checkpoint | None) -> torch.Tensor:
    """Generate with diffusers' own pipeline, which downloads and saves nothing of ours."""
    pipeline = DiffusionPipeline.from_pretrained(config.base.model)
    pipeline.scheduler = open_base(config).scheduler
    pipeline.set_progress_bar_config(disable=True)
    if checkpoint:
        pipeline.load_lora_weights(checkpoint.folder)
    sampling, seed = config.sampling, torch.Generator().manual_seed(3)
    shown = {"num_inference_steps": sampling.steps, "guidance_scale": sampling.guidance, "output_type": "pt"}
    levels: torch.Tensor = (pipeline("red shoes", generator=seed, **shown).images * 255).round()
    return levels


def test_a_checkpoint_generates_the_picture_that_stock_diffusers_generates(trained: Trained) -> None:
    config, last = trained
    pipeline = open_base(config)
    swap_adapter(pipeline, last)
    pipeline.unet.eval()
    ours = generate_pictures(pipeline, ["red shoes"], [3], config.sampling).float()
    assert float((ours - stock(config, last)).abs().max()) <= 1
    assert float((ours - stock(config, None)).abs().max()) > 1


def test_a_golden_picture_holds_for_its_version_and_not_for_a_base_without_it(trained: Trained) -> None:
    config, last = trained
    sample = make_golden(config, last)
    assert from_sample(sample).settings.pipeline == kind_of(open_base(config)).pipeline
    check_golden(loaded(config, last), sample)
    with pytest.raises(CheckpointError, match="grey levels off"):
        check_golden(loaded(config, replace(last, folder=other_adapter(last))), sample)


def loaded(config: ProductImagesConfig, checkpoint: Checkpoint) -> SimpleNamespace:
    """Return what MLflow's flavour loads: it opens the base by its name, and loads the adapter's folder."""

    def load_pipeline(device: str, torch_dtype: torch.dtype, **options: object) -> DiffusionPipeline:
        pipeline = DiffusionPipeline.from_pretrained(config.base.model, dtype=torch_dtype, **options)
        pipeline.load_lora_weights(checkpoint.folder)
        return pipeline.to(device)

    return SimpleNamespace(load_pipeline=load_pipeline)


def other_adapter(last: Checkpoint) -> Path:
    return last.folder.with_name("step-000004")


def test_a_checkpoint_is_packed_with_its_base_and_the_size_of_its_pictures(trained: Trained) -> None:
    config, last = trained
    packed = package(config, last)
    assert packed.options["base_model"] == config.base.model
    assert packed.signature is not None
    assert (packed.signature.params["height"], packed.signature.params["width"]) == (32, 32)


def test_the_digest_of_a_base_covers_all_its_text_encoders(tmp_path: Path) -> None:
    folder = write_toy_xl_base(tmp_path / "base")
    before = base_digest(folder)
    weights = folder / "text_encoder_2" / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    base_digest.cache_clear()
    assert base_digest(folder) != before


def test_an_enlarged_picture_is_conditioned_on_its_own_size_and_a_sharp_one_on_that_of_generation() -> None:
    examples = [product_image(1, width=150, height=200), product_image(2, width=1800, height=2400)]
    assert picture_sizes(examples, 1024).tolist() == [[200, 200, 0, 0, 1024, 1024], [1024, 1024, 0, 0, 1024, 1024]]
