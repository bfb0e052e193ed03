"""tests / components / product images / starter: the committed weights load stock, are small, and obey."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch

from components.recipes.product_images.starter import BASE_FOLDER, VISION_FOLDER
from components.recipes.product_images.starter.drawing.articles import ARTICLES
from components.recipes.product_images.starter.training.grid import sample
from components.recipes.product_images.starter.training.pictures import DrawnSet, draw_set
from components.recipes.product_images.starter.vision import StarterVision, load_vision

SIZE_LIMIT = 12e6  # bytes of all safetensors together


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def pipeline() -> Any:
    from diffusers import StableDiffusionPipeline

    stock = StableDiffusionPipeline.from_pretrained(str(BASE_FOLDER), dtype=torch.float32)
    stock.set_progress_bar_config(disable=True)
    return stock


@pytest.fixture(scope="module")
def vision() -> StarterVision:
    return load_vision()


@pytest.fixture(scope="module")
def drawn() -> DrawnSet:
    return draw_set(list(ARTICLES), each=1, seed=77, workers=1)


def test_the_weights_are_half_precision_and_at_most_12_mb() -> None:
    from safetensors import safe_open

    files = [*BASE_FOLDER.parent.rglob("*.safetensors")]
    assert len(files) == 4
    assert sum(file.stat().st_size for file in files) <= SIZE_LIMIT
    for file in files:
        with safe_open(file, "pt") as weights:
            assert {weights.get_slice(name).get_dtype() for name in weights.keys()} == {"F16"}  # noqa: SIM118


def test_the_pipeline_is_stock_and_spells_out_what_conversions_get_wrong(pipeline: Any) -> None:
    assert type(pipeline.scheduler).__name__ == "DDIMScheduler"
    assert pipeline.scheduler.config.clip_sample is False
    assert pipeline.scheduler.config.timestep_spacing == "trailing"
    assert pipeline.safety_checker is None
    assert pipeline.tokenizer.model_max_length == 77


def test_the_tokenizer_takes_any_text_and_knows_the_catalogues_words(pipeline: Any) -> None:
    words = pipeline.tokenizer.convert_ids_to_tokens(pipeline.tokenizer("navy blue casual shoes").input_ids)
    assert words[1:-1] == ["navy</w>", "blue</w>", "casual</w>", "shoes</w>"]
    assert len(pipeline.tokenizer('Éclair 日本 3.5" — schön').input_ids) > 10
    assert len(pipeline.tokenizer("shoe " * 200, truncation=True).input_ids) == 77


def test_a_sampled_picture_has_the_colour_that_was_asked_for(pipeline: Any) -> None:
    prompts = [f"a professional product photo of {colour} heels" for colour in ("red", "blue", "green")]
    pictures = sample(pipeline, prompts * 2, seed=5).float()
    ink = 255 - pictures.amin(1)  # how far each pixel is from white
    tint = (pictures * (ink > 60)[:, None]).sum((2, 3)) / (ink > 60).sum((1, 2))[:, None]
    red, blue, green = tint[0::3].mean(0), tint[1::3].mean(0), tint[2::3].mean(0)
    assert red[0] - red[2] > blue[0] - blue[2] + 80  # grey levels, red minus blue
    assert green[1] - green[0] > red[1] - red[0] + 80


def test_a_sampled_picture_shows_the_article_that_was_asked_for(pipeline: Any, vision: StarterVision) -> None:
    names = ["boots", "tshirts", "handbags", "heels", "caps", "watches", "backpacks", "sandals"]
    prompts = [f"a professional product photo of red {name}" for name in names]
    cosines = vision.image_embeddings(sample(pipeline, prompts, seed=1)) @ vision.text_embeddings(prompts).T
    assert (cosines.argmax(1) == torch.arange(len(names))).sum() >= len(names) - 1


def test_the_same_seed_samples_the_same_picture(pipeline: Any) -> None:
    first, again, other = (sample(pipeline, ["red boots"], seed, steps=4) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_picture_agrees_most_with_its_own_caption(vision: StarterVision, drawn: DrawnSet) -> None:
    pairs = zip(drawn.articles, drawn.colours, strict=True)
    texts = vision.text_embeddings([f"a photo of {c.lower()} {a.lower()}" for a, c in pairs])
    cosines = vision.image_embeddings(drawn.pictures) @ texts.T
    assert (cosines.argmax(1) == torch.arange(len(drawn))).float().mean() > 0.95
    assert cosines.diag().mean() > 0.7
    assert cosines.mean() < 0.3


def test_a_wrong_colour_and_a_wrong_article_score_lower(vision: StarterVision, drawn: DrawnSet) -> None:
    place = [*zip(drawn.articles, drawn.colours, strict=True)].index(("Casual Shoes", "Red"))
    texts = vision.text_embeddings(["red casual shoes", "blue casual shoes", "red heels", "blue heels"])
    right, colour, article, both = (vision.image_embeddings(drawn.pictures[place : place + 1]) @ texts.T)[0]
    assert right > max(colour, article) + 0.2
    assert min(colour, article) > both


def test_features_have_their_width_and_tell_a_blurred_picture(vision: StarterVision, drawn: DrawnSet) -> None:
    features = vision(drawn.pictures)
    assert features.shape == (len(drawn), vision.num_features)
    assert features.dtype == torch.float32
    blurred = torch.nn.functional.avg_pool2d(drawn.pictures.float(), 5, stride=1, padding=2).to(torch.uint8)
    spread = (features - features.mean(0)).norm(dim=1).mean()
    assert (vision(blurred) - features).norm(dim=1).mean() > 0.25 * spread


def test_pictures_of_any_size_and_texts_of_any_length_are_taken(vision: StarterVision) -> None:
    assert vision(torch.zeros(2, 3, 90, 120, dtype=torch.uint8)).shape == (2, 64)
    long = vision.text_embeddings(["red boots " * 100, "x"])
    assert torch.allclose(long.norm(dim=1), torch.ones(2), atol=1e-5)
    ids, present = vision.ids(["red boots " * 100, "red"])
    assert ids.shape == (2, 77)
    assert ids[0, -1] == ids[1, present[1].sum() - 1]  # the end token


def test_the_digest_names_the_weights(vision: StarterVision) -> None:
    import hashlib

    content = (VISION_FOLDER / "model.safetensors").read_bytes()
    assert vision.digest == hashlib.sha256(content).hexdigest()[:12]


def test_missing_weights_are_named_with_the_command_that_makes_them(tmp_path: Any) -> None:
    with pytest.raises(FileNotFoundError, match="python -m components"):
        load_vision(tmp_path)
