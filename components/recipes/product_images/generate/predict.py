"""Product images: a loaded version, which generates pictures for a prompt."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from components.core.records import Checkpoint
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.generate.generate import generate_pictures
from components.recipes.product_images.generate.generated_pictures import BASE_LOCK
from components.recipes.product_images.generate.golden_picture import as_png
from components.training.diffusion.lora import swap_adapter

LONGEST_PROMPT = 1000  # characters; text encoders read about 77 tokens
MOST_PICTURES = 64  # of one request


class PictureRequest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: Annotated[str, Field(min_length=1, max_length=LONGEST_PROMPT)]
    seed: Annotated[
        int, Field(ge=0, lt=2**62, description="of the first picture; each next picture has the next seed")
    ] = 0
    count: Annotated[int, Field(ge=1, le=MOST_PICTURES)] = 1


class PictureResponse(BaseModel):
    """Pictures as PNG (base64 in JSON), each with its seed."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    pictures: tuple[bytes, ...]
    seeds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PicturePredictor:
    """A checkpoint with the base model of this process. The same request gives the same pictures."""

    config: ProductImagesConfig
    checkpoint: Checkpoint
    request: type[PictureRequest] = PictureRequest
    response: type[PictureResponse] = PictureResponse

    def predict(self, request: PictureRequest, /) -> PictureResponse:
        """Generate the pictures of a request, with the sampling settings of the model's YAML.

        Raises:
            BaseModelError: the base is missing.
            CheckpointError: the adapter does not fit the base.
        """
        seeds = tuple(request.seed + number for number in range(request.count))
        with BASE_LOCK:
            pipeline = open_base(self.config)
            swap_adapter(pipeline, self.checkpoint)
            pipeline.unet.eval()
            pictures = generate_pictures(pipeline, [request.prompt] * len(seeds), seeds, self.config.sampling)
        return PictureResponse(
            pictures=tuple(as_png(picture.permute(1, 2, 0).numpy()) for picture in pictures), seeds=seeds
        )


def load(config: ProductImagesConfig, checkpoint: Checkpoint) -> PicturePredictor:
    """Return the predictor of a version. The base model is opened at the first prediction."""
    return PicturePredictor(config, checkpoint)
