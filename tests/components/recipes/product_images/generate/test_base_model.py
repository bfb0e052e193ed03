"""Tests: a base model is opened once, frozen and set up for sampling, or refused in one sentence."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from diffusers import DDIMScheduler, PNDMScheduler
from huggingface_hub import constants

from components.core.errors import BaseModelError
from components.recipes.product_images.base_settings import BaseSettings
from components.recipes.product_images.generate.base_folder import base_digest, base_folder
from components.recipes.product_images.generate.base_model import base_reference, open_base
from tests import ROOT
from tests.components.recipes.product_images.toy_model import make_config
from tests.components.training.toy_base import make_toy_pipeline, write_toy_base

REVISION = "451f4fe16113bff5a5d2269ed5ad43b0592e9a14"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy_base(tmp_path_factory.mktemp("base"))


@pytest.fixture
def broken(base: Path, tmp_path: Path) -> Path:
    """A copy of the base that a test may break."""
    return Path(shutil.copytree(base, tmp_path / "broken"))


def edit(path: Path, **fields: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def test_a_base_is_loaded_once_a_process(base: Path) -> None:
    assert open_base(make_config(base)) is open_base(make_config(base, learning_rate=0.5))


def test_other_weights_under_the_same_name_are_another_training_and_another_evaluation(broken: Path) -> None:
    config = make_config(broken)
    before = config.training_digest("s"), config.evaluation_digest("s"), config.decision_digest("s")
    edit(broken / "unet" / "config.json", attention_head_dim=4)
    base_digest.cache_clear()  # a process keeps it: a base model is not exchanged while it is used
    after = config.training_digest("s"), config.evaluation_digest("s"), config.decision_digest("s")
    assert not set(before) & set(after)
    shutil.rmtree(broken)
    base_digest.cache_clear()
    assert config.training_digest("s") not in before + after  # missing: the commands that need it say so


def test_a_base_is_frozen_and_without_a_safety_checker(base: Path) -> None:
    pipeline = open_base(make_config(base))
    parts = (pipeline.unet, pipeline.vae, pipeline.text_encoder)
    assert not any(parameter.requires_grad for part in parts for parameter in part.parameters())
    assert pipeline.safety_checker is None


def test_the_precision_is_that_of_the_config(base: Path) -> None:
    assert open_base(make_config(base, precision="bf16")).unet.dtype is torch.bfloat16
    assert open_base(make_config(base)).unet.dtype is torch.float32


def test_sampling_does_not_clip_where_the_base_came_with_another_scheduler(tmp_path: Path) -> None:
    pipeline = make_toy_pipeline()
    pipeline.scheduler = PNDMScheduler(beta_schedule="scaled_linear", steps_offset=1, skip_prk_steps=True)
    pipeline.save_pretrained(tmp_path)
    scheduler = open_base(make_config(tmp_path)).scheduler
    assert isinstance(scheduler, DDIMScheduler)
    assert (scheduler.config.clip_sample, scheduler.config.timestep_spacing) == (False, "leading")
    assert scheduler.config.beta_schedule == "scaled_linear"


def test_weights_saved_as_the_variant_fp16_are_found(tmp_path: Path) -> None:
    make_toy_pipeline().to(dtype=torch.float16).save_pretrained(tmp_path, variant="fp16")
    assert open_base(make_config(tmp_path)).unet.dtype is torch.float32


def test_the_starter_is_named_by_its_word() -> None:
    folder = base_folder(BaseSettings(model="starter"))
    assert folder.is_absolute()
    assert (folder / "model_index.json").is_file()
    assert base_reference(make_config("starter")) == "starter"


def test_a_base_in_a_folder_is_referred_to_by_its_absolute_path(base: Path) -> None:
    assert base_reference(make_config(base)) == str(base.absolute())


def test_a_base_of_the_hub_is_found_offline_and_named_with_its_revision(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = tmp_path / "models--org--name" / "snapshots" / REVISION
    shutil.copytree(base, snapshot)
    (tmp_path / "models--org--name" / "refs").mkdir()
    (tmp_path / "models--org--name" / "refs" / "main").write_text(REVISION)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))  # as HF_HOME sets it before the import
    config = make_config("org/name")
    assert base_reference(config) == f"org/name@{REVISION}"
    assert open_base(config).unet.config.sample_size == 8


def test_a_missing_base_is_an_error_that_says_how_to_get_it() -> None:
    settings = BaseSettings(model="nobody/no-such-model", revision=REVISION)
    with pytest.raises(BaseModelError) as found:
        base_folder(settings)
    sentence = str(found.value)
    assert f"hf download nobody/no-such-model --revision {REVISION}" in sentence
    assert "or name a folder in base.model." in sentence


@pytest.mark.parametrize("name", ["/no/such/folder", "./no-such-folder", "no such name"])
def test_a_missing_base_is_named(name: str) -> None:
    with pytest.raises(BaseModelError, match=name.strip("./")):
        base_folder(BaseSettings(model=name))


def test_another_kind_of_pipeline_is_refused(broken: Path) -> None:
    edit(broken / "model_index.json", _class_name="StableDiffusionXLImg2ImgPipeline")
    with pytest.raises(BaseModelError, match="is a StableDiffusionXLImg2ImgPipeline, expected Stable"):
        open_base(make_config(broken))


def test_a_folder_that_is_not_a_pipeline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BaseModelError, match=r"model_index\.json that can be read"):
        open_base(make_config(tmp_path))


def test_a_base_without_a_unet_is_refused(broken: Path) -> None:
    shutil.rmtree(broken / "unet")
    with pytest.raises(BaseModelError, match=r"has no unet/config\.json"):
        open_base(make_config(broken))


def test_a_text_encoder_of_another_width_is_refused(broken: Path) -> None:
    edit(broken / "unet" / "config.json", cross_attention_dim=768)
    with pytest.raises(BaseModelError, match="texts 768 wide and texts 32 wide"):
        open_base(make_config(broken))


def test_an_inpainting_model_is_refused(broken: Path) -> None:
    edit(broken / "unet" / "config.json", in_channels=9)
    with pytest.raises(BaseModelError, match="9 channels and latents of 4"):
        open_base(make_config(broken))


@pytest.mark.parametrize("content", [None, b"junk"])
def test_weights_that_are_missing_or_damaged_are_refused(broken: Path, content: bytes | None) -> None:
    path = broken / "unet" / "diffusion_pytorch_model.safetensors"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(BaseModelError, match="does not load"):
        open_base(make_config(broken))


def test_pickled_weights_are_refused(broken: Path) -> None:
    path = broken / "unet" / "diffusion_pytorch_model.safetensors"
    torch.save({}, path.with_suffix(".bin"))
    path.unlink()
    with pytest.raises(BaseModelError, match="Stable Diffusion XL in diffusers' layout with safetensors"):
        open_base(make_config(broken))


def test_the_digest_names_the_weights(base: Path, broken: Path) -> None:
    assert base_digest(base) == base_digest(broken)
    other = Path(shutil.copytree(base, broken.with_name("other")))
    edit(other / "scheduler" / "scheduler_config.json", beta_end=0.02)
    assert base_digest(other) != base_digest(base)


def test_importing_the_recipe_loads_no_torch() -> None:
    names = "sorted({'torch', 'diffusers', 'peft'} & set(sys.modules))"
    code = f"import sys; from components.recipes.product_images import RECIPE; print({names})"
    root = ROOT
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"
