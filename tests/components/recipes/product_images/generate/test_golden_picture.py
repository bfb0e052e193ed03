"""Tests: a version generates the golden picture, and not that of its base."""

from dataclasses import replace

import numpy as np
import pytest

from components.core.errors import CheckpointError
from components.core.golden import GoldenSample
from components.recipes.product_images.generate.golden_picture import (
    PICTURE,
    GoldenPicture,
    as_png,
    from_png,
    from_sample,
    require_same,
    to_sample,
)
from components.recipes.product_images.generate.golden_picture import (
    SETTINGS as SETTINGS_FILE,
)
from components.training.diffusion.stock_pipeline import StockSettings

GENERATED = np.random.default_rng(1).integers(0, 255, (8, 8, 3), dtype=np.uint8)
BASE = np.random.default_rng(2).integers(0, 255, (8, 8, 3), dtype=np.uint8)
SETTINGS = StockSettings("a red shoe", 7, 20, 3.0, "float32", "DDIMScheduler", {"clip_sample": False})
GOLDEN = GoldenPicture(SETTINGS, "here", as_png(GENERATED))


def one_level_off() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    changed = GENERATED.copy()
    changed[3, 4, 1] += 1
    return changed


def test_the_same_machine_generates_the_same_pixels() -> None:
    require_same(GOLDEN, GENERATED, BASE, "here")
    with pytest.raises(CheckpointError, match="is 1 of 255 grey levels off"):
        require_same(GOLDEN, one_level_off(), BASE, "here")


def test_another_machine_may_be_one_level_off_and_no_more() -> None:
    require_same(GOLDEN, one_level_off(), BASE, "there")
    with pytest.raises(CheckpointError, match=r"is \d+ of 255 grey levels off .* expected 1 at most"):
        require_same(GOLDEN, BASE, GENERATED, "there")


def test_a_picture_of_another_size_is_another_picture() -> None:
    with pytest.raises(CheckpointError, match="is 255 of 255"):
        require_same(GOLDEN, GENERATED[:4], BASE, "there")


def test_the_picture_of_the_base_is_refused() -> None:
    with pytest.raises(CheckpointError, match="generates the picture of its base model"):
        require_same(GOLDEN, GENERATED, one_level_off(), "here")


def test_a_golden_picture_is_read_as_it_was_written() -> None:
    assert from_sample(to_sample(GOLDEN)) == GOLDEN
    np.testing.assert_array_equal(from_png(GOLDEN.picture), GENERATED)


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", to_sample(replace(GOLDEN, picture=b"another")).files[SETTINGS_FILE]]
)
def test_a_sample_of_another_picture_or_format_is_refused(text: bytes) -> None:
    with pytest.raises(CheckpointError, match="run `evaluate`"):
        from_sample(GoldenSample({SETTINGS_FILE: text, PICTURE: GOLDEN.picture}))
