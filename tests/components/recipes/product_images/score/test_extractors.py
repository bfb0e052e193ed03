"""Tests: extractors are loaded by the real code, with tiny weights made from configurations."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from tokenizers.processors import TemplateProcessing
from torch import Tensor
from transformers import (
    CLIPConfig,
    CLIPImageProcessorPil,
    CLIPModel,
    CLIPTextConfig,
    CLIPVisionConfig,
    Dinov2Config,
    Dinov2Model,
)

from components.core.errors import BaseModelError, ConfigError
from components.recipes.product_images.score.clip_and_dinov2 import (
    CLIP_COLOURS,
    Clip,
    as_pixels,
    load_clip,
    load_dinov2,
)
from components.recipes.product_images.score.extractors import (
    EXTRACTORS,
    IMAGE_TEXT,
    in_batches,
    label,
    open_extractor,
    open_image_text,
)
from components.recipes.product_images.starter.vision import StarterVision
from tests.components.training.toy_base import make_toy_tokenizer

POSITIONS = 77


def pictures(n: int, side: int = 64) -> Tensor:
    """Return smooth pictures, as photographs are."""
    numbers = torch.Generator().manual_seed(n)
    coarse = torch.rand(n, 3, 6, 6, generator=numbers) * 255
    return torch.nn.functional.interpolate(coarse, (side, side), mode="bilinear").to(torch.uint8)


@pytest.fixture(scope="module")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clip")
    tokenizer = make_toy_tokenizer()
    small: dict[str, Any] = {
        "hidden_size": 32,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
    }
    marks: dict[str, Any] = {
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": 0,
    }
    text = CLIPTextConfig(vocab_size=len(tokenizer), max_position_embeddings=POSITIONS, **marks, **small)
    vision = CLIPVisionConfig(image_size=32, patch_size=8, **small)
    config = CLIPConfig(text_config=text.to_dict(), vision_config=vision.to_dict(), projection_dim=16)
    CLIPModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def starter() -> StarterVision:
    tokenizer = Tokenizer(WordLevel({"<none>": 0, "<start>": 1, "<end>": 2, "a": 3, "shoe": 4}, unk_token="<none>"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.post_processor = TemplateProcessing(
        single="<start> $A <end>", special_tokens=[("<start>", 1), ("<end>", 2)]
    )
    return StarterVision(tokenizer, width=8).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def clip(clip_folder: Path) -> Clip:
    return load_clip(str(clip_folder), None, "tiny-clip")


def test_pictures_are_preprocessed_as_by_clips_own_image_processor() -> None:
    extracted = as_pixels(pictures(3, side=64), 32, *CLIP_COLOURS)
    shown = [Image.fromarray(p.permute(1, 2, 0).numpy()) for p in pictures(3, side=64)]
    size: dict[str, Any] = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
    theirs = CLIPImageProcessorPil(**size)(images=shown, return_tensors="pt")["pixel_values"]
    one_level = 1 / 255 / min(CLIP_COLOURS[1])
    assert (extracted - theirs).abs().max() <= 1.01 * one_level


def test_clip_gives_features_and_embeddings_of_length_one(clip: Clip) -> None:
    assert in_batches(clip, pictures(5), batch=2).shape == (5, clip.width) == (5, 16)
    assert in_batches(clip.image_embeddings, pictures(5)).norm(dim=1).tolist() == pytest.approx([1] * 5, abs=1e-5)
    assert clip.text_embeddings(["red shoes", "a"]).norm(dim=1).tolist() == pytest.approx([1] * 2, abs=1e-5)


def test_features_do_not_depend_on_the_batch(clip: Clip) -> None:
    alone, together = in_batches(clip, pictures(6), batch=1), in_batches(clip, pictures(6), batch=6)
    assert torch.allclose(alone, together, atol=1e-5)


@pytest.mark.parametrize("labelled", ["clip", "starter"])
def test_a_caption_of_120_tokens_is_truncated_and_keeps_its_end_token(
    labelled: str, request: pytest.FixtureRequest
) -> None:
    long, fits, shorter = (" ".join("a" * count) for count in (118, POSITIONS - 2, POSITIONS - 3))
    embeddings = request.getfixturevalue(labelled).text_embeddings([long, fits, shorter])
    assert torch.equal(embeddings[0], embeddings[1])
    assert not torch.equal(embeddings[0], embeddings[2])


def test_other_texts_of_a_batch_do_not_change_an_embedding(clip: Clip) -> None:
    alone, among = clip.text_embeddings(["red shoes"]), clip.text_embeddings([" ".join("a" * 60), "red shoes"])
    assert torch.allclose(alone[0], among[1], atol=1e-5)


def test_dinov2_is_loaded_from_a_folder(tmp_path: Path) -> None:
    small: dict[str, Any] = {
        "hidden_size": 24,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "image_size": 28,
        "patch_size": 14,
    }
    Dinov2Model(Dinov2Config(**small)).save_pretrained(tmp_path)
    dinov2 = load_dinov2(str(tmp_path), None, "tiny-dinov2")
    assert in_batches(dinov2, pictures(3)).shape == (3, dinov2.width) == (3, 24)
    assert label(dinov2) == f"tiny-dinov2@{dinov2.digest}/bicubic-28-antialias/float32"


def test_other_weights_have_another_digest(clip: Clip, clip_folder: Path, tmp_path: Path) -> None:
    assert load_clip(str(clip_folder), None, "tiny-clip").digest == clip.digest
    model = CLIPModel.from_pretrained(clip_folder)
    with torch.no_grad():
        model.logit_scale.add_(1)
    model.save_pretrained(tmp_path)
    make_toy_tokenizer().save_pretrained(tmp_path)
    assert load_clip(str(tmp_path), None, "tiny-clip").digest != clip.digest


def test_another_tokenizer_has_another_digest(clip: Clip, clip_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(clip_folder, tmp_path / "clip")
    tokenizer = make_toy_tokenizer()
    tokenizer.add_tokens(["sneaker"])
    tokenizer.save_pretrained(folder)
    assert load_clip(str(folder), None, "tiny-clip").digest != clip.digest


def test_weights_stored_in_half_precision_compute_in_single(clip_folder: Path, tmp_path: Path) -> None:
    CLIPModel.from_pretrained(clip_folder).half().save_pretrained(tmp_path)
    make_toy_tokenizer().save_pretrained(tmp_path)
    found = load_clip(str(tmp_path), None, "tiny-clip")
    assert label(found) == f"tiny-clip@{found.digest}/bicubic-32-antialias/float32"
    assert found(pictures(1)).dtype == torch.float32


@dataclass
class Named:
    name: str = "a"
    digest: str = "0123"
    resize: str = "bilinear-32"
    dtype: str = "float32"


@pytest.mark.parametrize("other", [{"name": "b"}, {"digest": "4567"}, {"resize": "bicubic-32"}, {"dtype": "float16"}])
def test_networks_that_differ_in_anything_that_scores_depend_on_have_different_labels(other: dict[str, str]) -> None:
    assert label(Named()) == label(Named()) != label(Named(**other))


def test_missing_inception_weights_are_an_error_that_says_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(
        BaseModelError, match=r"expected pt_inception-2015-12-05-6726825d.pth .* download it once from http"
    ):
        open_extractor("inception-v3")


def test_pictures_that_are_not_square_are_refused(clip: Clip) -> None:
    with pytest.raises(BaseModelError, match="Pictures of 48 x 64 pixels cannot be scored, expected square ones"):
        clip(pictures(2)[..., :48])


def test_missing_weights_are_an_error_that_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(
        BaseModelError, match=r"The weights of .*nowhere are not on this machine .* run `hf download .*nowhere"
    ):
        load_clip(str(tmp_path / "nowhere"), None, "clip-vit-b-32")


def test_an_unknown_extractor_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"evaluate.extractor is 'inception', expected one of .*dinov2-small"):
        open_extractor("inception")
    with pytest.raises(ConfigError, match=r"evaluate.image_text is 'dinov2-small', expected one of clip-vit-b-32"):
        open_image_text("dinov2-small")
    assert IMAGE_TEXT.keys() < EXTRACTORS.keys()


def test_the_starters_extractor_needs_no_network() -> None:
    extractor, image_text = open_extractor("starter-vision"), open_image_text("starter-vision")
    assert in_batches(extractor, pictures(3, side=32)).shape == (3, extractor.width)
    assert image_text.text_embeddings(["red shoes"]).shape == in_batches(image_text.image_embeddings, pictures(1)).shape
    assert np.isfinite(in_batches(extractor, pictures(2)).numpy()).all()
