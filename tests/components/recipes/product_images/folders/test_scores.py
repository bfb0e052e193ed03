"""Tests: any folder of pictures is scored against any other; other files are counted and change no score."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from components.core.errors import DataError
from components.data.drawn_catalogue.draw import APPLE_DOUBLE
from components.data.drawn_catalogue.drawing.picture import Scene, draw_picture
from components.metrics.frechet import frechet_distance
from components.recipes.product_images.folders.caption_files import read_captions
from components.recipes.product_images.folders.read_folder import extract_folder
from components.recipes.product_images.folders.report import as_markdown, scores_json, sentences
from components.recipes.product_images.folders.scores import (
    FolderScores,
    ScoringSettings,
    UnknownExtractorError,
    score_folders,
)
from components.recipes.product_images.folders.uncertainty import Difference, FolderFeatures, differences
from components.recipes.product_images.score.extractors import open_extractor
from tests.components.data.pictures.profiles import ADOBE_RGB, profile_of

SHOES, WATCHES, REAL = 40, 36, 60
COLOURS = ("Red", "Black", "Blue", "White")


def draw_folder(folder: Path, article: str, first: int, count: int) -> Path:
    folder.mkdir()
    for seed in range(first, first + count):
        scene = Scene(size=(48, 64))
        draw_picture(article, COLOURS[seed % 4], seed, scene).save(folder / f"{seed}.png")
    return folder


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn")
    draw_folder(folder / "shoes", "Casual Shoes", 0, SHOES)
    draw_folder(folder / "watches", "Watches", 0, WATCHES)
    draw_folder(folder / "real", "Casual Shoes", 1000, REAL)
    return folder


def plant_side_files(folder: Path) -> None:
    for picture in sorted(folder.glob("*.png"))[:16]:
        (folder / f"._{picture.name}").write_bytes(APPLE_DOUBLE)
    (folder / ".DS_Store").write_bytes(b"\x00\x00\x00\x01Bud1")
    (folder / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0")
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "page.jpg").write_text("<html>Not Found</html>")
    whole = next(folder.glob("0.png")).read_bytes()
    (folder / "half.png").write_bytes(whole[: len(whole) // 2])
    (folder / "notes.txt").write_text("these are the good ones")
    (folder / "older").mkdir()


def score(*folders: Path, real: Path, captions: dict[str, str] | None = None) -> FolderScores:
    return score_folders(folders, real, captions, ScoringSettings(), lambda *_: None)


@pytest.fixture(scope="module")
def compared(drawn: Path) -> FolderScores:
    return score(drawn / "shoes", drawn / "watches", real=drawn / "real")


def test_side_files_are_counted_by_kind_and_change_no_score(
    drawn: Path, tmp_path: Path, compared: FolderScores
) -> None:
    spoilt = shutil.copytree(drawn / "shoes", tmp_path / "shoes")
    plant_side_files(spoilt)
    found = score(spoilt, real=drawn / "real")
    assert found.scored[0].scores == compared.scored[0].scores
    assert found.scored[0].pictures.ignored == {
        "._*": 16,
        ".ds_store": 1,
        "thumbs.db": 1,
        "empty-picture-file": 1,
        "not-a-picture": 1,
        "truncated-picture": 1,
        "other file": 1,
        "folder": 1,
    }
    assert any("16 ._*" in sentence for sentence in sentences(found))


def test_scores_are_those_of_the_features_by_another_implementation(drawn: Path, compared: FolderScores) -> None:
    extractor = open_extractor("starter-vision")
    sets = [
        extract_folder(drawn / name, 320, {"seen": extractor}, lambda *_: None).extracted["seen"]
        for name in ("shoes", "real")
    ]
    found = compared.scored[0].scores["fid"]
    assert found.value == pytest.approx(frechet_distance(*sets), rel=1e-9)
    assert found.n == SHOES
    assert found.low < found.value < found.high


def test_pictures_are_whole_in_squares_of_one_size(tmp_path: Path) -> None:
    Image.new("RGB", (30, 60), "red").save(tmp_path / "tall.png")
    Image.new("RGB", (90, 45), "blue").save(tmp_path / "wide.webp", lossless=True)
    shown: list[Tensor] = []

    def extract(pictures: Tensor) -> Tensor:
        shown.append(pictures)
        return torch.zeros(len(pictures), 1)

    found = extract_folder(tmp_path, 64, {"seen": extract}, lambda *_: None)
    assert shown[0].shape == (2, 3, 64, 64)
    assert shown[0].dtype == torch.uint8
    assert found.names == ["tall.png", "wide.webp"]
    assert found.enlarged == 1
    assert (shown[0][0, 0] == 255).all()  # padded with its own red, not with white


def test_converted_pictures_are_counted_and_links_to_themselves_are_not_pictures(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        Image.new("RGB", (64, 64), (171, 35, 35)).save(tmp_path / name, icc_profile=profile_of(ADOBE_RGB))
    (tmp_path / "loop.png").symlink_to("loop.png")
    found = extract_folder(tmp_path, 64, {"mean": lambda pictures: pictures.float().mean((2, 3))}, lambda *_: None)
    assert (found.extracted["mean"][0] - torch.tensor([200.0, 30.0, 30.0])).abs().max() <= 3
    assert found.repaired == {"colour-space": 2}
    assert found.ignored == {"other file": 1}


def test_the_floor_is_the_score_of_real_pictures_against_real_ones(compared: FolderScores) -> None:
    shoes, watches = compared.scored
    for name in ("fid", "kid"):
        floor = shoes.floors[name]
        assert floor.n == REAL // 2  # 40 of 60 would leave too few to score against
        assert floor.low < floor.value < floor.high
        assert watches.scores[name].value > floor.high
        assert shoes.scores[name].floor == floor.value


def test_the_difference_of_watches_and_shoes_is_decided(compared: FolderScores) -> None:
    kid = compared.differences["kid"]
    assert kid.decided
    assert kid.n == WATCHES
    assert kid.value == pytest.approx(
        compared.scored[0].scores["kid"].value - compared.scored[1].scores["kid"].value, rel=0.2
    )
    assert any("KID" in sentence and "shoes is better" in sentence for sentence in sentences(compared))


def test_too_few_pictures_cannot_rank_even_with_a_clear_difference(compared: FolderScores) -> None:
    fid = compared.differences["fid"]
    assert fid.high < 0
    assert not fid.decided
    assert fid.deciding_n == 64  # as many as starter-vision has features
    assert any("FID" in sentence and "too few pictures to rank" in sentence for sentence in sentences(compared))
    assert scores_json(compared)["folder"]["scores"]["fid"]["honest"] is False


def test_similar_folders_are_undecided_and_need_more_pictures() -> None:
    first, second, real = (random_features(n, seed=n) for n in (100, 110, 400))
    for found in differences(first, second, real, seed=0).values():
        assert found.n == 100
        assert found.low < 0 < found.high
        assert found.deciding_n is not None
        assert found.deciding_n > 100


def test_four_times_the_deciding_number_of_pictures_decides() -> None:
    real = random_features(600, seed=1)
    few = differences(random_features(40, seed=2, shift=0.3), random_features(40, seed=3), real, seed=0)["kid"]
    assert not few.decided
    assert few.deciding_n is not None
    n = 4 * few.deciding_n
    assert differences(random_features(n, seed=4, shift=0.3), random_features(n, seed=5), real, seed=0)["kid"].decided


def test_a_folder_has_no_difference_to_itself() -> None:
    one, real = random_features(50, seed=1), random_features(100, seed=2)
    for found in differences(one, one, real, seed=0).values():
        assert found.value == pytest.approx(0, abs=1e-9)
        assert not found.decided


def test_two_pictures_have_scores_and_no_interval(drawn: Path, tmp_path: Path) -> None:
    for name in ("0.png", "1.png"):
        shutil.copy(drawn / "shoes" / name, tmp_path / name)
    plain = scores_json(score(tmp_path, real=drawn / "real"))
    assert plain["folder"]["scores"]["kid"]["low"] is None
    assert "no interval" in as_markdown(plain)
    json.dumps(plain, allow_nan=False)


def test_files_that_the_reference_has_too_are_reported(drawn: Path, tmp_path: Path) -> None:
    mixed = shutil.copytree(drawn / "shoes", tmp_path / "mixed")
    shutil.copy(drawn / "real" / "1000.png", mixed / "stolen.png")
    shutil.copy(drawn / "real" / "1000.png", mixed / "again.png")
    found = sentences(score(mixed, real=drawn / "real"))
    assert "mixed has 1 files of real: its scores are too good." in found
    assert f"1 of {SHOES + 2} pictures in mixed are copies of others, byte for byte." in found


def test_right_captions_agree_better_than_wrong_ones_and_as_well_as_those_of_real_pictures(drawn: Path) -> None:
    names = [path.name for part in ("shoes", "real") for path in (drawn / part).iterdir()]
    captions = {name: f"{COLOURS[int(Path(name).stem) % 4].lower()} casual shoes" for name in names}
    right = score(drawn / "shoes", real=drawn / "real", captions=captions).scored[0]
    assert right.prompts == 4
    assert right.floors["clip_score"].n == REAL
    assert right.scores["clip_score"].value == pytest.approx(right.floors["clip_score"].value, abs=0.1)
    shoes = dict.fromkeys(names[:SHOES], "a green watch")
    wrong = score(drawn / "shoes", real=drawn / "real", captions=shoes).scored[0]
    assert right.scores["clip_score"].low > wrong.scores["clip_score"].high
    assert wrong.scores["clip_score"].floor is None  # the real pictures have no captions


def test_json_and_csv_captions_are_equal(tmp_path: Path) -> None:
    captions = {"a.png": "red shoes, with\na break", "b.png": 'a "quoted" one'}
    (tmp_path / "c.json").write_text(json.dumps(captions))
    (tmp_path / "c.csv").write_text('file_name,caption\na.png,"red shoes, with\na break"\nb.png,"a ""quoted"" one"\n')
    assert read_captions(tmp_path / "c.json") == read_captions(tmp_path / "c.csv") == captions


@pytest.mark.parametrize("text", ["[1, 2]", '{"a.png": 3}', "not json"])
def test_captions_of_another_layout_are_refused_with_the_expected_layout(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.json").write_text(text)
    with pytest.raises(DataError, match="file_name and caption"):
        read_captions(tmp_path / "c.json")


def test_pictures_without_a_caption_are_counted(drawn: Path) -> None:
    with pytest.raises(DataError, match=r"39 of the 40 pictures in .*shoes have no caption \(1.png, "):
        score(drawn / "shoes", real=drawn / "real", captions={"0.png": "red shoes"})


def test_folders_that_cannot_be_scored_are_refused(drawn: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no folder .*nowhere"):
        score(drawn / "shoes", real=tmp_path / "nowhere")
    (tmp_path / "checkpoint-1500").mkdir()
    (tmp_path / "._1.png").write_bytes(APPLE_DOUBLE)
    with pytest.raises(DataError, match=r"no pictures besides 1 \._\*, 1 folder, .*name one of the folders in it"):
        score(drawn / "shoes", real=tmp_path)
    shutil.copy(drawn / "shoes" / "0.png", tmp_path)
    with pytest.raises(DataError, match="has 1 picture besides"):
        score(tmp_path, real=drawn / "real")
    with pytest.raises(
        UnknownExtractorError, match=r"No extractor is called 'cats'. Known extractors: .*starter-vision"
    ):
        score_folders([drawn / "shoes"], drawn / "real", None, ScoringSettings(extractor="cats"), lambda *_: None)


def random_features(n: int, seed: int, shift: float = 0.0) -> FolderFeatures:
    """Return 8 features of n pictures of one kind."""
    features = torch.randn(n, 8, generator=torch.Generator().manual_seed(seed)) + shift
    return FolderFeatures(features, torch.arange(n))


def test_a_difference_that_nobody_could_measure_is_called_equal_for_practical_purposes(compared: FolderScores) -> None:
    close = Difference(value=0.0001, n=100, low=-0.02, high=0.0202, honest=True, deciding_n=4_000_000)
    found = sentences(replace(compared, differences={"kid": close}))
    assert any("they are equal for practical purposes (difference at most 0.0202)" in said for said in found)
    assert not any("4,000,000" in said for said in found)
