"""Product images: the golden sample of a version, one picture that every later loading must generate again."""

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from components.core.errors import CheckpointError
from components.core.golden import GoldenSample
from components.core.records import Checkpoint
from components.core.seeds import derive_seed
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.generate.generate import draw_pictures
from components.training.device import choose_device
from components.training.diffusion.lora import swap_adapter
from components.training.diffusion.stock_pipeline import StockSettings, generate_stock, machine

FORM = 2
TOLD, PICTURE = "golden.json", "golden.png"
OTHER_MACHINE = 1  # grey levels of 255: what another machine may round otherwise (the same one: 0, as measured on CPU)

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class GoldenPicture:
    """A picture, what it was generated with, and the kind of machine (`stock_pipeline.machine`) that generated it."""

    settings: StockSettings
    machine: str
    picture: bytes  # PNG


def make_golden(config: ProductImagesConfig, checkpoint: Checkpoint) -> GoldenSample:
    """Generate the golden picture of a checkpoint: its first validation prompt, in a batch of one.

    Raises:
        BaseModelError: the base is not there.
        CheckpointError: the adapter cannot be read, or does not fit the base.
    """
    prompt = next(iter(config.train.validation_prompts), config.about)
    return to_sample(golden_picture(config, checkpoint, prompt, derive_seed(config.seed, "golden")))


def golden_picture(config: ProductImagesConfig, checkpoint: Checkpoint, prompt: str, seed: int) -> GoldenPicture:
    """Generate one picture with the code that generates the scored ones; return it with all that it depends on."""
    pipeline = open_base(config)
    swap_adapter(pipeline, checkpoint)
    pipeline.unet.eval()
    sampling = config.sampling.model_copy(update={"batch": 1})
    picture = draw_pictures(pipeline, [prompt], [seed], sampling)[0]
    settings = StockSettings(
        prompt=prompt,
        seed=seed,
        steps=sampling.steps,
        guidance=sampling.guidance,
        precision=str(pipeline.unet.dtype).removeprefix("torch."),
        scheduler=type(pipeline.scheduler).__name__,
        scheduler_config={name: value for name, value in pipeline.scheduler.config.items() if not name.startswith("_")},
    )
    return GoldenPicture(settings, machine(pipeline.device), as_png(picture.permute(1, 2, 0).numpy()))


def check_golden(loaded: Any, sample: GoldenSample) -> None:
    """Generate the golden picture with and without the adapter, on what MLflow's diffusers flavour has loaded.

    Raises:
        CheckpointError: the version generates another picture, or just what its base generates; or the sample cannot
            be read.
    """
    golden = from_sample(sample)
    device = choose_device()
    pipeline = loaded.load_pipeline(
        device=str(device),
        torch_dtype=getattr(torch, golden.settings.precision),
        local_files_only=True,
        safety_checker=None,
        requires_safety_checker=False,
    )
    generated = generate_stock(pipeline, golden.settings)
    pipeline.unload_lora_weights()
    require_same(golden, generated, generate_stock(pipeline, golden.settings), machine(device))


def require_same(golden: GoldenPicture, generated: Pixels, base: Pixels, here: str) -> None:
    """Check what a freshly loaded version generates.

    Args:
        golden: what the evaluation generated.
        generated: pixels (H, W, 3) of the version, generated now.
        base: the same of the base model without the adapter.
        here: the kind of machine that generates now.

    Raises:
        CheckpointError: the version generates another picture than the golden one, or just what its base generates.
    """
    allowed = 0 if here == golden.machine else OTHER_MACHINE
    distance = _distance(generated, from_png(golden.picture))
    if distance > allowed:
        raise CheckpointError(
            f"The version generates a picture that is {distance} of 255 grey levels off the golden one, expected "
            f"{allowed} at most: its base model or its files are not the ones that were scored; train again."
        )
    if _distance(generated, base) <= OTHER_MACHINE:
        raise CheckpointError(
            "The version generates what its base model generates, expected a change: its adapter has no effect; train "
            "again."
        )


def to_sample(golden: GoldenPicture) -> GoldenSample:
    """Return the files of a golden picture: itself, and what it depends on with its sha256."""
    told = {"form": FORM, "settings": asdict(golden.settings), "machine": golden.machine}
    text = json.dumps({**told, "picture": sha256(golden.picture).hexdigest()}, indent=1, sort_keys=True)
    return GoldenSample({TOLD: text.encode(), PICTURE: golden.picture})


def from_sample(sample: GoldenSample) -> GoldenPicture:
    """Return the golden picture that the files hold.

    Raises:
        CheckpointError: they hold something else, or the picture is another one.
    """
    try:
        told: Mapping[str, Any] = json.loads(sample.files[TOLD])
        picture = sample.files[PICTURE]
        if told["form"] != FORM or told["picture"] != sha256(picture).hexdigest():
            raise ValueError("its picture is another one")
        return GoldenPicture(StockSettings(**told["settings"]), str(told["machine"]), picture)
    except (ValueError, KeyError, TypeError) as error:
        raise CheckpointError(
            f"The golden sample cannot be read ({error}), expected form {FORM}: run `evaluate`."
        ) from None


def as_png(pixels: Pixels) -> bytes:
    """Return pixels (H, W, 3) as PNG, which keeps every one of them."""
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def from_png(content: bytes) -> Pixels:
    with Image.open(io.BytesIO(content)) as image:
        return np.asarray(image.convert("RGB"))


def _distance(one: Pixels, other: Pixels) -> int:
    """Return the largest difference of two pictures in grey levels; 255 where their sizes differ."""
    if one.shape != other.shape:
        return 255
    return int(np.abs(one.astype(np.int16) - other.astype(np.int16)).max())
