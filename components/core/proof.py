"""Core: the proof of a version, one picture that evaluation drew and that every later loading must draw again."""

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from PIL import Image

from components.core.errors import CheckpointError

FORM = 1
OTHER_MACHINE = 1  # grey levels of 255: what another machine may round otherwise (the same one: 0, as measured on CPU)


@dataclass(frozen=True, slots=True)
class Proof:
    """A picture and all that it depends on besides the weights; it was drawn in a batch of one."""

    prompt: str
    seed: int
    steps: int
    guidance: float
    precision: str  # of the weights, as torch names it: float32
    scheduler: str  # its class in diffusers
    scheduler_config: Mapping[str, Any]
    machine: str  # the kind of machine, as components.training.diffusion.stock_pipeline.machine names it
    picture: bytes  # PNG


def to_json(proof: Proof) -> str:
    """Return the proof without its picture, of which it has the sha256."""
    told = {name: value for name, value in asdict(proof).items() if name != "picture"}
    return json.dumps({"form": FORM, **told, "picture": sha256(proof.picture).hexdigest()}, indent=1, sort_keys=True)


def from_json(text: str, picture: bytes) -> Proof:
    """Return the proof.

    Raises:
        CheckpointError: it cannot be read, or the picture is not its own.
    """
    try:
        told = json.loads(text)
        if told.pop("form") != FORM or told.pop("picture") != sha256(picture).hexdigest():
            raise ValueError("its picture is another one")
        return Proof(**told, picture=picture)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"The proof cannot be read ({error}), expected form {FORM}: run `evaluate`.") from None


def as_png(pixels: np.ndarray[Any, Any]) -> bytes:
    """Return uint8 pixels (H, W, 3) as PNG, which keeps every one of them."""
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def from_png(content: bytes) -> np.ndarray[Any, Any]:
    with Image.open(io.BytesIO(content)) as image:
        return np.asarray(image.convert("RGB"))


def judge_proof(proof: Proof, drawn: np.ndarray[Any, Any], base: np.ndarray[Any, Any], machine: str) -> None:
    """Check what a freshly loaded version draws.

    Args:
        proof: what evaluation drew.
        drawn: uint8 pixels (H, W, 3) of the version, drawn now.
        base: the same of the bare base model.
        machine: the kind of machine that draws now.

    Raises:
        CheckpointError: the version draws something else than the proof, or just what its base draws.
    """
    expected = from_png(proof.picture)
    allowed = 0 if machine == proof.machine else OTHER_MACHINE
    distance = _distance(drawn, expected)
    if distance > allowed:
        raise CheckpointError(
            f"The version draws a picture that is {distance} of 255 grey levels off the one that was evaluated, "
            f"expected {allowed} at most: its base model or its files are not the ones that were scored; train again."
        )
    if _distance(drawn, base) <= OTHER_MACHINE:
        raise CheckpointError(
            "The version draws what its base model draws, expected a change: its adapter has no effect; train again."
        )


def _distance(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> int:
    """Return the largest difference of two pictures in grey levels; 255 where their sizes differ."""
    if one.shape != other.shape:
        return 255
    return int(np.abs(one.astype(np.int16) - other.astype(np.int16)).max())
