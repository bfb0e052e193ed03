"""Tests: a picture file becomes a square in RGB, or is refused with the reason."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from components.data.catalogue.schema import Refusal, Repair
from components.data.pictures.errors import PictureError
from components.data.pictures.read import read_picture
from tests.components.data.catalogues import jpeg, picture, saved
from tests.components.data.pictures.profiles import ADOBE_RGB, profile_of


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "1.jpg"
    path.write_bytes(content)
    return path


def bomb() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def deep_grey(image: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(image.convert("L"), np.uint16) * 257)


def turned(image: Image.Image) -> bytes:
    notes = Image.Exif()
    notes[0x0112] = 6
    return saved(image.transpose(Image.Transpose.ROTATE_90), quality=92, exif=notes)


SOUND = picture(1)
ODD = {
    Repair.CMYK: saved(SOUND.convert("CMYK"), quality=92),
    Repair.PALETTE: saved(SOUND.quantize(64), "PNG"),
    Repair.ALPHA: saved(SOUND.convert("RGBA"), "PNG"),
    Repair.ROTATED: turned(SOUND),
}


@pytest.mark.parametrize("repair", ODD)
def test_a_picture_in_another_mode_is_converted_and_looks_the_same(repair: Repair, tmp_path: Path) -> None:
    found = read_picture(written(tmp_path, ODD[repair]), 64)
    sound = read_picture(written(tmp_path, jpeg(1)), 64)
    difference = np.abs(np.asarray(found.square, float) - np.asarray(sound.square, float)).mean()
    assert found.repairs == (repair,)
    assert (found.width, found.height) == (60, 80)
    assert difference < 6  # grey levels


@pytest.mark.parametrize("mode", ["L", "I;16"])
def test_grey_pictures_of_8_and_16_bits_keep_their_brightness(mode: str, tmp_path: Path) -> None:
    image = SOUND.convert("L") if mode == "L" else deep_grey(SOUND)
    found = read_picture(written(tmp_path, saved(image, "PNG")), 80)
    expected = np.asarray(SOUND.convert("L"), float)
    assert np.abs(np.asarray(found.square.convert("L"), float)[:, 10:70] - expected).max() <= 1
    assert found.repairs == ((Repair.GREYSCALE,) if mode == "L" else (Repair.SIXTEEN_BITS,))


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP", "TIFF", "AVIF"])
def test_a_file_with_several_pictures_is_refused_and_one_with_a_single_one_is_read(form: str, tmp_path: Path) -> None:
    blank = Image.new("RGB", SOUND.size, "white")
    several = written(tmp_path, saved(blank, form, save_all=True, append_images=[SOUND, picture(2)]))
    with pytest.raises(PictureError) as error:
        read_picture(several, 64)
    assert error.value.reason == Refusal.ANIMATION
    single = read_picture(written(tmp_path, saved(SOUND, form)), 64)
    assert (single.width, single.height) == SOUND.size


def test_a_preview_beside_the_picture_does_not_count(tmp_path: Path) -> None:
    camera = saved(SOUND, "MPO", save_all=True, append_images=[SOUND.resize((30, 40))])
    assert read_picture(written(tmp_path, camera), 64).width == 60
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[254] = 1
    preview = SOUND.resize((30, 40))
    preview.encoderinfo = {"tiffinfo": info}
    pages = read_picture(written(tmp_path, saved(SOUND, "TIFF", save_all=True, append_images=[preview])), 64)
    assert (pages.width, pages.height) == (60, 80)


def test_a_file_is_read_by_its_content_whatever_its_name_ends_in(tmp_path: Path) -> None:
    for form in ("AVIF", "JPEG2000", "BMP", "PPM", "TGA", "QOI"):
        found = read_picture(written(tmp_path, saved(SOUND, form)), 64)
        assert (found.width, found.height, found.repairs) == (60, 80, ()), form


def test_the_colours_of_a_profile_become_srgb_and_are_counted(tmp_path: Path) -> None:
    stored = Image.new("RGB", (64, 48), (171, 35, 35))
    found = read_picture(written(tmp_path, saved(stored, quality=95, icc_profile=profile_of(ADOBE_RGB))), 64)
    assert np.abs(np.asarray(found.square, int) - (200, 30, 30)).max() <= 3  # the padding too
    assert found.repairs == (Repair.COLOUR_SPACE,)


def test_transparent_parts_become_white(tmp_path: Path) -> None:
    found = read_picture(written(tmp_path, saved(Image.new("RGBA", (40, 40), (255, 0, 0, 0)), "PNG")), 32)
    assert found.square.getpixel((16, 16)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Refusal.EMPTY_FILE),
        (b"<html>Not Found</html>", Refusal.NOT_A_PICTURE),
        (jpeg(1)[:-400], Refusal.TRUNCATED),
        (saved(SOUND, "PNG")[:300], Refusal.TRUNCATED),
        (bomb(), Refusal.BOMB),
        (saved(picture(1).resize((8, 8)), "PNG"), Refusal.TOO_SMALL),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n", Refusal.NOT_A_PICTURE),
    ],
    ids=["zero-byte", "html", "truncated-jpeg", "truncated-png", "bomb", "tiny", "program"],
)
def test_a_file_that_is_not_a_picture_is_refused(content: bytes, reason: Refusal, tmp_path: Path) -> None:
    with pytest.raises(PictureError) as error:
        read_picture(written(tmp_path, content), 64)
    assert error.value.reason == reason
    assert "1.jpg" in error.value.detail


@pytest.mark.parametrize("kept", range(0, 900, 60))
def test_a_truncated_jpeg_raises_a_picture_error(kept: int, tmp_path: Path) -> None:
    content = jpeg(1)
    assert len(content) > kept
    with pytest.raises(PictureError) as error:
        read_picture(written(tmp_path, content[:kept]), 64)
    assert error.value.reason in {Refusal.EMPTY_FILE, Refusal.NOT_A_PICTURE, Refusal.TRUNCATED}


def test_padding_has_the_pictures_own_background_colour(tmp_path: Path) -> None:
    grey = read_picture(written(tmp_path, saved(picture(1, ground="#b4b4b4"), "PNG")), 64)
    assert grey.square.size == (64, 64)
    assert grey.square.getpixel((0, 32)) == (180, 180, 180)
    assert grey.white_background == 0
    assert read_picture(written(tmp_path, saved(picture(1), "PNG")), 64).white_background == 1


@pytest.mark.parametrize("size", [(300, 90), (90, 300), (2400, 1800), (20, 20)])
def test_the_whole_picture_is_shown_in_the_square(size: tuple[int, int], tmp_path: Path) -> None:
    found = read_picture(written(tmp_path, saved(Image.new("RGB", size, "red"), quality=92)), 64)
    assert found.square.size == (64, 64)
    assert (found.width, found.height) == size


def test_a_rescaled_and_recompressed_picture_has_nearly_the_same_hash(tmp_path: Path) -> None:
    first = read_picture(written(tmp_path, saved(picture(3, (240, 320)), quality=92)), 64)
    again = read_picture(written(tmp_path, saved(picture(3, (240, 320)).resize((180, 240)), quality=75)), 64)
    other = read_picture(written(tmp_path, saved(picture(4, (240, 320)), quality=92)), 64)
    assert (int(first.phash, 16) ^ int(again.phash, 16)).bit_count() <= 6
    assert (int(first.phash, 16) ^ int(other.phash, 16)).bit_count() > 40
