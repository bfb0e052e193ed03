"""Tests: a loaded version generates the same pictures for the same request, however many were requested."""

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from pydantic import ValidationError
from safetensors.torch import load_file

from components.core.errors import CheckpointError
from components.core.records import Checkpoint
from components.recipes.product_images.generate.base_folder import base_digest, weight_files
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.generate.golden_picture import from_png, from_sample, make_golden
from components.recipes.product_images.generate.predict import PicturePredictor, PictureRequest, load
from components.recipes.product_images.starter import BASE_FOLDER
from components.training.diffusion.adapter_files import adapter_digest
from components.training.diffusion.lora import save_adapter
from tests.components.recipes.product_images.toy_model import ListLog, make_config
from tests.components.training.diffusion.adapters import add_random_adapter

CONFIG = make_config("starter")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    folder = tmp_path_factory.mktemp("adapter")
    unet = open_base(CONFIG).unet
    add_random_adapter(unet)
    save_adapter(unet, folder)
    return Checkpoint(folder, 10, adapter_digest(folder), str(BASE_FOLDER), base_digest(BASE_FOLDER))


@pytest.fixture
def log() -> ListLog:
    return ListLog()


@pytest.fixture
def predictor(checkpoint: Checkpoint, log: ListLog) -> PicturePredictor:
    return load(CONFIG, checkpoint, log)


def test_a_picture_does_not_depend_on_how_many_were_requested(predictor: PicturePredictor, log: ListLog) -> None:
    three = predictor.predict(PictureRequest(prompt="red shoes", seed=5, count=3))
    one = predictor.predict(PictureRequest(prompt="red shoes", seed=6))
    assert three.seeds == (5, 6, 7)
    assert three.pictures[1] == one.pictures[0]
    assert len(set(three.pictures)) == 3
    assert log.done[-2:] == [("generate pictures", 3, 3), ("generate pictures", 1, 1)]


def test_the_golden_picture_is_generated_again_to_a_grey_level(
    predictor: PicturePredictor, checkpoint: Checkpoint
) -> None:
    golden = from_sample(make_golden(CONFIG, checkpoint))
    again = predictor.predict(PictureRequest(prompt=golden.settings.prompt, seed=golden.settings.seed))
    ours, theirs = (from_png(picture).astype(np.int16) for picture in (*again.pictures, golden.picture))
    assert np.abs(ours - theirs).max() <= 1  # the adapter is merged for a request, and not for the golden picture


def test_a_request_leaves_the_weights_of_the_base_as_they_were(predictor: PicturePredictor) -> None:
    predictor.predict(PictureRequest(prompt="red shoes"))
    stored = load_file(weight_files(BASE_FOLDER, "unet")[0])
    for name, weight in open_base(CONFIG).unet.state_dict().items():
        if "lora_" not in name:
            assert weight.equal(stored[name.replace(".base_layer", "")].float())


def test_no_checkpoint_is_the_base_model(predictor: PicturePredictor, log: ListLog) -> None:
    request = PictureRequest(prompt="red shoes", seed=5)
    base = load(CONFIG, None, log).predict(request)
    assert base.pictures != predictor.predict(request).pictures
    assert base == load(CONFIG, None, log).predict(request)


def test_an_adapter_of_another_base_is_refused(checkpoint: Checkpoint, log: ListLog) -> None:
    foreign = Checkpoint(checkpoint.folder, 10, checkpoint.digest, checkpoint.base_model, "0123456789ab")
    with pytest.raises(CheckpointError, match=r"has the digest \w+, expected 0123456789ab, on which the version was"):
        load(CONFIG, foreign, log).predict(PictureRequest(prompt="red shoes"))


def test_the_files_have_the_pixels_and_say_where_they_are_from(predictor: PicturePredictor) -> None:
    response = predictor.predict(PictureRequest(prompt="rote Schuhe für $20", seed=1, count=2))
    files = response.files({"model": "starter", "version": "2"})
    assert list(files) == ["grid.png", "seed-1.png", "seed-2.png"]
    assert files == response.files({"model": "starter", "version": "2"})
    for name, picture in zip(("seed-1.png", "seed-2.png"), response.pictures, strict=True):
        with Image.open(io.BytesIO(files[name])) as image, Image.open(io.BytesIO(picture)) as generated:
            assert image.tobytes() == generated.tobytes()
            assert image.info == {
                "model": "starter",
                "version": "2",
                "prompt": "rote Schuhe für $20",
                "seed": name[5:6],
            }
    with Image.open(io.BytesIO(files["grid.png"])) as grid:
        assert (grid.info["seeds"], grid.info["version"]) == ("1, 2", "2")


@pytest.mark.parametrize("fields", [{"prompt": ""}, {"prompt": " \n"}, {"seed": -1}, {"count": 0}, {"count": 65}])
def test_requests_out_of_range_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PictureRequest.model_validate({"prompt": "shoes", **fields})


def test_the_largest_seed_works(predictor: PicturePredictor) -> None:
    assert predictor.predict(PictureRequest(prompt="shoes", seed=2**63 - 1)).pictures


def test_the_folder_of_the_checkpoint_is_not_written_to(predictor: PicturePredictor, checkpoint: Checkpoint) -> None:
    before = sorted(Path(checkpoint.folder).iterdir())
    predictor.predict(PictureRequest(prompt="shoes"))
    assert sorted(Path(checkpoint.folder).iterdir()) == before
    assert torch.get_default_dtype() == torch.float32
