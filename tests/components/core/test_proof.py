"""Tests: a version draws what was evaluated, and not what its base draws."""

from dataclasses import replace

import numpy as np
import pytest

from components.core.errors import CheckpointError
from components.core.proof import Proof, as_png, from_json, from_png, judge_proof, to_json

DRAWN = np.random.default_rng(1).integers(0, 255, (8, 8, 3), dtype=np.uint8)
BASE = np.random.default_rng(2).integers(0, 255, (8, 8, 3), dtype=np.uint8)
PROOF = Proof("a red shoe", 7, 20, 3.0, "float32", "DDIMScheduler", {"clip_sample": False}, "here", as_png(DRAWN))


def one_level_off() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    changed = DRAWN.copy()
    changed[3, 4, 1] += 1
    return changed


def test_the_same_machine_draws_the_same_pixels() -> None:
    judge_proof(PROOF, DRAWN, BASE, "here")
    with pytest.raises(CheckpointError, match="is 1 of 255 grey levels off"):
        judge_proof(PROOF, one_level_off(), BASE, "here")


def test_another_machine_may_be_one_level_off_and_no_more() -> None:
    judge_proof(PROOF, one_level_off(), BASE, "there")
    with pytest.raises(CheckpointError, match=r"is \d+ of 255 grey levels off .* expected 1 at most"):
        judge_proof(PROOF, BASE, DRAWN, "there")


def test_a_picture_of_another_size_is_another_picture() -> None:
    with pytest.raises(CheckpointError, match="is 255 of 255"):
        judge_proof(PROOF, DRAWN[:4], BASE, "there")


def test_what_the_base_draws_proves_nothing() -> None:
    with pytest.raises(CheckpointError, match="draws what its base model draws"):
        judge_proof(PROOF, DRAWN, one_level_off(), "here")


def test_a_proof_survives_its_way_through_files() -> None:
    assert from_json(to_json(PROOF), PROOF.picture) == PROOF
    np.testing.assert_array_equal(from_png(PROOF.picture), DRAWN)


@pytest.mark.parametrize("text", ["", "[]", "{}", to_json(replace(PROOF, picture=b"another"))])
def test_what_is_no_proof_of_this_picture_is_refused(text: str) -> None:
    with pytest.raises(CheckpointError, match="run `evaluate`"):
        from_json(text, PROOF.picture)
