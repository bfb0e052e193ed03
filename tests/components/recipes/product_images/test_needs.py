"""Tests: the files of a model are found where its code will look for them, without torch."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from huggingface_hub import constants

from components.core.recipe import Need
from components.recipes import read_config
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.needs import needs
from components.recipes.product_images.score.weight_sources import HUB, INCEPTION, SQUEEZENET
from tests import ROOT
from tests.components.training.toy_base import write_toy_base

MODELS = ROOT / "deployments" / "models"


@pytest.fixture(autouse=True)
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty caches of Hugging Face and of torch hub."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))  # as HF_HOME sets it before the import
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return tmp_path


def configured(model: str, *overrides: str) -> ProductImagesConfig:
    config = read_config(MODELS, model, overrides)
    assert isinstance(config, ProductImagesConfig)
    return config


def by_name(found: Sequence[Need]) -> Mapping[str, Need]:
    return {need.name: need for need in found}


def put_snapshot(caches: Path, source: str, revision: str, *files: str) -> Path:
    """Put empty files where the hub's client keeps a revision."""
    folder = caches / "hub" / f"models--{source.replace('/', '--')}" / "snapshots" / revision
    folder.mkdir(parents=True)
    for name in files:
        (folder / name).touch()
    return folder


def test_the_starter_needs_only_files_of_the_project() -> None:
    found = needs(configured("starter"), None)
    assert [(need.what, need.name, need.found) for need in found if not need.optional] == [
        ("catalogue", "drawn", True),
        ("base model", "starter", True),
        ("extractor", "starter-vision", True),
    ]


def test_everything_that_a_new_machine_lacks_says_what_to_do() -> None:
    found = needs(configured("casual-shoes"), None)
    assert [need.name for need in found if need.found] == []
    said = {name: need.sentence for name, need in by_name(found).items()}
    assert "name one with --catalogue" in said["fashion-dataset"]
    assert "run `hf download stable-diffusion-v1-5/" in said["stable-diffusion-v1-5/stable-diffusion-v1-5"]
    assert "run `hf download facebook/dinov2-small --revision ed25f3a3" in said["dinov2-small"]
    assert "run `hf download openai/clip-vit-base-patch32 --revision 3d74acf9" in said["clip-vit-b-32"]
    assert "download it once from https://" in said["LPIPS"]


def test_a_catalogue_on_the_command_line_replaces_that_of_the_yaml(tmp_path: Path) -> None:
    (tmp_path / "mine" / "images").mkdir(parents=True)
    (tmp_path / "mine" / "styles.csv").touch()
    catalogue = needs(configured("shoes-64"), tmp_path / "mine")[0]
    assert (catalogue.found, catalogue.name) == (True, str(tmp_path / "mine"))
    shutil.rmtree(tmp_path / "mine" / "images")
    catalogue = needs(configured("starter"), tmp_path / "mine")[0]
    assert not catalogue.found
    assert "has no folder images" in catalogue.sentence


def test_a_base_in_a_folder_is_found(tmp_path: Path) -> None:
    base = write_toy_base(tmp_path / "base")
    assert needs(configured("starter", f"base.model={base}"), None)[1].found


def test_a_base_with_an_incomplete_download_is_missing(tmp_path: Path) -> None:
    base = write_toy_base(tmp_path / "base")
    weights = base / "unet" / "diffusion_pytorch_model.safetensors"
    weights.unlink()
    weights.symlink_to(tmp_path / "blobs" / "gone")  # the hub's cache consists of links
    need = needs(configured("starter", f"base.model={base}"), None)[1]
    assert not need.found
    assert "has no weights of unet" in need.sentence


def test_a_base_of_the_hub_is_found_by_its_revision(caches: Path) -> None:
    config = configured("casual-shoes")
    assert config.base.revision
    write_toy_base(put_snapshot(caches, config.base.model, config.base.revision))
    assert needs(config, None)[1].found
    assert not needs(configured("casual-shoes", "base.revision=" + "f" * 40), None)[1].found


@pytest.mark.parametrize("weights", ["model.safetensors", "pytorch_model.bin"])
def test_an_extractor_of_the_hub_is_found_by_its_files(caches: Path, weights: str) -> None:
    source = HUB["dinov2-small"]
    put_snapshot(caches, source.source, source.revision, "config.json", weights)
    assert by_name(needs(configured("casual-shoes"), None))["dinov2-small"].found


def test_an_extractor_without_its_tokenizer_is_missing(caches: Path) -> None:
    source = HUB["clip-vit-b-32"]
    folder = put_snapshot(caches, source.source, source.revision, "config.json", "model.safetensors")
    need = by_name(needs(configured("casual-shoes"), None))["clip-vit-b-32"]
    assert not need.found
    assert "no tokenizer.json or vocab.json in" in need.sentence
    (folder / "tokenizer.json").touch()
    assert by_name(needs(configured("casual-shoes"), None))["clip-vit-b-32"].found


@pytest.mark.parametrize(
    "place", [f"checkpoints/{INCEPTION.files[1]}", f"safetensors/{INCEPTION.digest}/weights.safetensors"]
)
def test_published_weights_are_found_as_a_download_and_in_the_cache(place: str) -> None:
    config = configured("starter", "evaluate.extractor=inception-v3")
    assert not by_name(needs(config, None))["inception-v3"].found
    path = Path(torch.hub.get_dir()) / place  # where torch says, which `needs` must know without it
    path.parent.mkdir(parents=True)
    path.touch()
    assert by_name(needs(config, None))["inception-v3"].found


@pytest.mark.parametrize("variables", [{}, {"XDG_CACHE_HOME": "~/caches"}, {"TORCH_HOME": "~/torch"}])
def test_the_folder_of_torch_hub_is_that_of_torch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]
) -> None:
    for name in ("TORCH_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": str(tmp_path), **variables}.items():
        monkeypatch.setenv(name, value)
    assert torch.hub.get_dir().startswith(str(tmp_path))
    path = Path(torch.hub.get_dir()) / "checkpoints" / SQUEEZENET.files[0]
    path.parent.mkdir(parents=True)
    path.touch()
    assert by_name(needs(configured("starter"), None))["LPIPS"].found


def test_lpips_is_optional_unless_a_gate_names_its_score() -> None:
    assert by_name(needs(configured("starter"), None))["LPIPS"].optional
    gate = "promote.at_least.lpips_diversity=0.1"
    assert not by_name(needs(configured("starter", gate), None))["LPIPS"].optional


@pytest.mark.parametrize(("field", "name"), [("extractor", "vgg"), ("image_text", "inception-v3")])
def test_an_extractor_that_does_not_exist_names_the_known_ones(field: str, name: str) -> None:
    need = by_name(needs(configured("starter", f"evaluate.{field}={name}"), None))[name]
    assert not need.found
    assert f"evaluate.{field} is '{name}', expected one of clip-vit-b-32, " in need.sentence


def test_needs_imports_neither_torch_nor_pandas() -> None:
    code = """if True:
        import sys
        from pathlib import Path
        from components.recipes import get_recipe, read_config
        config = read_config(Path("deployments/models"), "casual-shoes")
        get_recipe(config.recipe).needs(config, None)
        print([name for name in ("torch", "diffusers", "transformers", "pandas") if name in sys.modules])
    """
    environment: dict[str, Any] = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
