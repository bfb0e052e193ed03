"""Tests: the drawn catalogue has every declared defect."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path

import imagehash
import pytest
from PIL import Image, UnidentifiedImageError

from components.data.drawn_catalogue.draw import draw_catalogue, draw_some
from components.data.drawn_catalogue.pictures import picture_file
from components.data.drawn_catalogue.planted import (
    OTHER_IDS,
    PLANTED,
    SIDE_FILES,
    UNSEEN_IDS,
    defect_of,
    original_of,
)
from components.data.drawn_catalogue.products import make_products

FIELDS = 10  # columns of styles.csv
SEED = 7


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole catalogue, with the pictures of products with a defect and of their originals only."""
    folder = tmp_path_factory.mktemp("drawn") / "catalogue"
    spoilt = {product for ids in PLANTED.values() for product in ids}
    draw_some(folder, SEED, pictures=spoilt | {original_of(product) for product in spoilt})
    return folder


@pytest.fixture(scope="module")
def lines(catalogue: Path) -> Mapping[int, list[str]]:
    text = (catalogue / "styles.csv").read_text().splitlines()[1:]
    return {int(line.split(",")[0]): line.split(",") for line in text}


def picture(catalogue: Path, product: int) -> Image.Image:
    return Image.open(io.BytesIO(content(catalogue, product)))


def content(catalogue: Path, product: int) -> bytes:
    return (catalogue / "images" / f"{product}.jpg").read_bytes()


def test_rows_have_surplus_commas_exactly_where_declared(lines: Mapping[int, list[str]]) -> None:
    assert len(lines) == len(UNSEEN_IDS) + len(OTHER_IDS)
    assert {i for i, row in lines.items() if len(row) == FIELDS + 1} == set(PLANTED["surplus_comma"])
    assert {i for i, row in lines.items() if len(row) == FIELDS + 2} == set(PLANTED["two_surplus_commas"])


@pytest.mark.parametrize(
    ("defect", "column", "value"),
    [
        ("usage_na", 8, "NA"),
        ("colour_na", 5, "NA"),
        ("name_na", 9, "NA"),
        ("season_blank", 6, ""),
        ("year_blank", 7, ""),
        ("test_row", 9, "RTV_LoadTest"),
    ],
)
def test_a_field_is_spoilt_exactly_where_declared(
    lines: Mapping[int, list[str]], defect: str, column: int, value: str
) -> None:
    assert {i for i, row in lines.items() if row[column] == value} == set(PLANTED[defect])


def test_names_have_bare_quotes_and_stray_spaces_exactly_where_declared(lines: Mapping[int, list[str]]) -> None:
    names = {i: ",".join(row[9:]) for i, row in lines.items()}
    assert {i for i, name in names.items() if '"' in name} == set(PLANTED["bare_quote"])
    assert {i for i, name in names.items() if name != " ".join(name.split())} == set(PLANTED["stray_spaces"])


def test_usage_is_blank_or_not_casual_where_declared(lines: Mapping[int, list[str]]) -> None:
    odd = {"usage_na", "usage_blank", "usage_other", "test_row"}
    assert {i for i, row in lines.items() if row[8] != "Casual"} == {i for name in odd for i in PLANTED[name]}


def test_pictures_are_missing_where_declared_and_images_csv_says_so(catalogue: Path) -> None:
    table = csv.DictReader((catalogue / "images.csv").read_text().splitlines())
    links = {row["filename"]: row["link"] for row in table}
    assert {name for name, link in links.items() if link == "undefined"} == {f"{i}.jpg" for i in PLANTED["no_picture"]}
    assert not any((catalogue / "images" / f"{i}.jpg").exists() for i in PLANTED["no_picture"])


@pytest.mark.parametrize("defect", ["same_picture", "same_picture_other_article"])
def test_twins_are_byte_for_byte_the_picture_of_another_sound_product(
    catalogue: Path, lines: Mapping[int, list[str]], defect: str
) -> None:
    for product in PLANTED[defect]:
        original = original_of(product)
        assert content(catalogue, product) == content(catalogue, original)
        assert defect_of(original) == ""
        if defect == "same_picture_other_article":
            assert lines[product][4] != lines[original][4]


def test_near_twins_differ_in_bytes_but_not_to_the_eye(catalogue: Path) -> None:
    for product in PLANTED["near_same_picture"]:
        original = original_of(product)
        assert content(catalogue, product) != content(catalogue, original)
        hashes = [imagehash.phash(picture(catalogue, i), hash_size=16) for i in (product, original)]
        assert hashes[0] - hashes[1] <= 6  # bits of 256


def test_grey_backgrounds_and_small_pictures_are_where_declared(catalogue: Path) -> None:
    for product in PLANTED["grey_background"]:
        assert max(picture(catalogue, product).convert("RGB").getpixel((1, 1))) < 230  # type: ignore[arg-type]
    assert all(picture(catalogue, product).size == (30, 40) for product in PLANTED["small_picture"])


def test_spoilt_files_are_spoilt_as_declared(catalogue: Path) -> None:
    assert all(content(catalogue, i) == b"" for i in PLANTED["zero_byte"])
    for product in PLANTED["truncated"]:
        with pytest.raises(OSError, match="truncated"):
            picture(catalogue, product).load()
    for product in (*PLANTED["not_an_image"], *PLANTED["zero_byte"]):
        with pytest.raises(UnidentifiedImageError):
            picture(catalogue, product)
    for product in PLANTED["huge_claim"]:
        with pytest.raises(Image.DecompressionBombError):
            picture(catalogue, product)
        assert len(content(catalogue, product)) < 100


@pytest.mark.parametrize(("defect", "mode"), [("cmyk", "CMYK"), ("png_16_bit", "I;16"), ("palette", "P")])
def test_odd_modes_are_where_declared(catalogue: Path, defect: str, mode: str) -> None:
    assert all(picture(catalogue, product).mode == mode for product in PLANTED[defect])


def test_rotated_pictures_lie_on_their_side_until_exif_is_heeded(catalogue: Path) -> None:
    for product in PLANTED["exif_rotated"]:
        lying = picture(catalogue, product)
        assert lying.width > lying.height
        assert lying.getexif()[0x0112] == 6


def test_side_files_are_there_and_are_no_pictures(catalogue: Path) -> None:
    assert SIDE_FILES
    assert all((catalogue / name).read_bytes().startswith(b"\x00\x05\x16\x07") for name in SIDE_FILES)


def test_descriptions_are_html_with_the_declared_marks(catalogue: Path) -> None:
    texts = {}
    for file in (catalogue / "styles").glob("[0-9]*.json"):
        data = json.loads(file.read_text())["data"]
        texts[data["id"]] = data["productDescriptors"].get("description", {}).get("value")
    marks = {"inline_styles": "style=", "table": "<table", "link": "<a href", "double_escaped": "o&amp;rsquo;clock"}
    for name, mark in marks.items():
        assert {i for i, text in texts.items() if text and mark in text} == set(PLANTED[name])
    assert {i for i, text in texts.items() if text is None} == set(PLANTED["no_description"])
    assert {*UNSEEN_IDS, *OTHER_IDS} - set(texts) == set(PLANTED["no_style_file"])


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(catalogue: Path, tmp_path: Path) -> None:
    draw_some(tmp_path / "again", SEED, pictures=set(UNSEEN_IDS[:12]) | set(PLANTED["palette"]))
    files = [file.relative_to(tmp_path / "again") for file in (tmp_path / "again").rglob("*") if file.is_file()]
    both = {str(file) for file in files if (catalogue / file).is_file()}
    assert {"styles.csv", "images.csv", *(f"images/{product}.jpg" for product in PLANTED["palette"])} <= both
    assert [name for name in both if (tmp_path / "again" / name).read_bytes() != (catalogue / name).read_bytes()] == []
    product = UNSEEN_IDS[0]
    drawn = [hashlib.sha256(picture_file(make_products(seed)[product], product)).hexdigest() for seed in (SEED, 8)]
    assert drawn[0] != drawn[1]


def test_a_folder_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError, match="Name a new folder"):
        draw_catalogue(tmp_path, SEED)
