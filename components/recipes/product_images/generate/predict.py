"""Product images: a loaded version, which generates pictures for a prompt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Annotated

from diffusers import StableDiffusionPipeline
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor

from components.core.errors import CheckpointError, DataError
from components.core.predictor import Check
from components.core.recipe import RunLog
from components.core.records import Checkpoint, Snapshot
from components.metrics.augmentation import Augmentation
from components.recipes.product_images import augmentation as augmenting
from components.recipes.product_images.captions import caption_of
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.example import ProductImage, attributes_of
from components.recipes.product_images.generate.base_folder import base_digest, base_folder, picture_size
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.generate.check import check_pictures
from components.recipes.product_images.generate.check_reference import RealExamples
from components.recipes.product_images.generate.exact_batch import exact_batch, rows_alone, same_in_any_batch
from components.recipes.product_images.generate.generate import generate_pictures
from components.recipes.product_images.generate.generated_pictures import BASE_LOCK
from components.recipes.product_images.generate.golden_picture import as_png
from components.recipes.product_images.generate.save import picture_files, with_facts
from components.training.device import limit_threads, parallel_calls
from components.training.diffusion.fast_generation import fast_generation
from components.training.diffusion.lora import swap_adapter

LONGEST_PROMPT = 1000  # characters; text encoders read about 77 tokens
EXAMPLE = "A professional product photo of red casual shoes on white background"
MOST_PICTURES = 64  # of one request
MOST_TOGETHER = 8  # pictures of one batch; more gain little on a CPU, and need memory elsewhere


class PictureRequest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    prompt: Annotated[str, Field(min_length=1, max_length=LONGEST_PROMPT, examples=[EXAMPLE])]
    seed: Annotated[
        int, Field(ge=0, lt=2**63, description="of the first picture; each next picture has the next seed")
    ] = 0
    count: Annotated[int, Field(ge=1, le=MOST_PICTURES)] = 1


class PictureResponse(BaseModel):
    """Pictures as PNG (base64 in JSON), each with its seed."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    prompt: str
    pictures: tuple[bytes, ...]
    seeds: tuple[int, ...]

    def with_origin(self, origin: Mapping[str, str], /) -> tuple[bytes, ...]:
        """Return the pictures with prompt, seed and origin in their metadata; the pixels do not change."""
        facts = {"prompt": self.prompt, **origin}
        pairs = zip(self.pictures, self.seeds, strict=True)
        return tuple(with_facts(picture, {**facts, "seed": str(seed)}) for picture, seed in pairs)

    def files(self, origin: Mapping[str, str], /) -> Mapping[str, bytes]:
        """Return the pictures and a grid of them, with prompt, seeds and origin in their metadata."""
        return picture_files(self.pictures, self.seeds, {"prompt": self.prompt, **origin})


@dataclass(frozen=True, slots=True)
class PicturePredictor:
    """A checkpoint, or none, with the base model of this process. The same request gives the same pictures."""

    config: ProductImagesConfig
    checkpoint: Checkpoint | None
    log: RunLog
    request: type[PictureRequest] = PictureRequest
    response: type[PictureResponse] = PictureResponse
    real: RealExamples | None = None  # what checks compare with

    def request_for(self, attributes: Mapping[str, str], seed: int, /) -> PictureRequest:
        """Return the request for a picture of a product: its caption, by the template of the model's YAML."""
        prompt = caption_of(self.config.data.caption, attributes, attributes.get("brand", ""))
        return PictureRequest(prompt=prompt[:LONGEST_PROMPT], seed=seed, count=1)

    def with_real(self, snapshot: Snapshot[ProductImage], cache: Path, quantile: float, /) -> "PicturePredictor":
        """Return the same predictor, whose checks compare pictures with the real ones of a snapshot."""
        return replace(self, real=RealExamples(snapshot, cache, quantile))

    def check(
        self, request: PictureRequest, response: PictureResponse, attributes: Mapping[str, str], /
    ) -> Sequence[Sequence[Check]]:
        """Return the checks of each picture; raises BaseModelError if an extractor is missing."""
        real = self.real.reference(self.config) if self.real else None
        bits = self.config.data.near_duplicate_bits
        return check_pictures(response.pictures, request.prompt, attributes, real, bits)

    def augmentation(self, count: int, seed: int, /) -> Sequence[Augmentation]:
        """Generate pictures of real products, and return whether they help a classifier of attributes.

        Raises:
            DataError: there are no real examples to compare with.
        """
        if self.real is None:
            raise DataError(f"The snapshot of {self.config.model} is not on this machine", act="run `ingest` first")
        planned = augmenting.plan(self.real.snapshot.splits["train"], count, seed)
        requests = [self.request_for(attributes_of(example), one) for example, one in planned]
        pictures = [response.pictures[0] for response in self.predict_together(requests)]
        products = [example for example, _ in planned]
        return augmenting.measure(self.config, self.real, products, pictures, seed)

    @property
    def size(self) -> tuple[int, int]:
        """Return height and width of the pictures, in pixels."""
        return picture_size(base_folder(self.config.base))

    def predict(self, request: PictureRequest, /) -> PictureResponse:
        """Generate the pictures of a request, with the sampling settings of the config.

        Raises:
            BaseModelError: the base is missing.
            CheckpointError: the adapter does not fit the base, or was trained on another one.
        """
        return self.predict_together([request])[0]

    def predict_together(self, requests: Sequence[PictureRequest], /) -> Sequence[PictureResponse]:
        """Generate the pictures of several requests in batches; raises as `predict` does.

        A picture must not depend on how many others were requested, to the last bit: batches are only as large as that
        was proved for on this machine (exact_batch.py), and of one picture elsewhere.
        """
        wanted = [(request.prompt, request.seed + number) for request in requests for number in range(request.count)]
        with BASE_LOCK:
            pipeline = open_base(self.config)
            require_same_base(self.config, self.checkpoint)
            swap_adapter(pipeline, self.checkpoint)
            pipeline.unet.eval()
            with fast_generation(pipeline):
                pictures = iter(self._generate(pipeline, wanted))
        return [self._response(request, list(islice(pictures, request.count))) for request in requests]

    def _generate(self, pipeline: StableDiffusionPipeline, wanted: Sequence[tuple[str, int]]) -> Tensor:
        prompts, seeds = zip(*wanted, strict=True)
        sampling, parameters = self.config.sampling, pipeline.unet.num_parameters()
        most = batch_size(len(wanted), parallel_calls(pipeline.device, parameters), MOST_TOGETHER)
        with same_in_any_batch(pipeline, rows_alone(sampling.guidance)), limit_threads(pipeline.device, parameters):
            batch = exact_batch(pipeline, len(wanted), sampling.guidance, most)
            sampling = sampling.model_copy(update={"batch": batch})
            return generate_pictures(pipeline, prompts, seeds, sampling, self._progress)

    def _response(self, request: PictureRequest, pictures: Sequence[Tensor]) -> PictureResponse:
        content = tuple(as_png(picture.permute(1, 2, 0).numpy()) for picture in pictures)
        seeds = tuple(range(request.seed, request.seed + request.count))
        return PictureResponse(prompt=request.prompt, pictures=content, seeds=seeds)

    def _progress(self, done: int, total: int) -> None:
        self.log.progress("generate pictures", done, total)


def load(config: ProductImagesConfig, checkpoint: Checkpoint | None, log: RunLog) -> PicturePredictor:
    """Return the predictor of a version, or of the base model. The base model is opened at the first prediction."""
    return PicturePredictor(config, checkpoint, log)


def batch_size(pictures: int, parallel: int, most: int) -> int:
    """Return the size of batches that keeps all parallel calls busy.

    >>> [batch_size(pictures, 2, 8) for pictures in (1, 2, 5, 16, 40)]
    [1, 1, 3, 8, 8]
    """
    return min(most, max(1, -(-pictures // parallel)))


def require_same_base(config: ProductImagesConfig, checkpoint: Checkpoint | None) -> None:
    """Raise CheckpointError if the adapter was trained on another base; its shapes may be the same."""
    folder = base_folder(config.base)
    expected = checkpoint.base_digest if checkpoint else ""
    if expected and base_digest(folder) != expected:
        raise CheckpointError(
            f"The base model in {folder} has the digest {base_digest(folder)}",
            expected=f"{expected}, on which the version was trained",
            act="put that base model back, or train again",
        )
