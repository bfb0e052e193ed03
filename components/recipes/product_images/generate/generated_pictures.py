"""Product images: the pictures of one subject (a checkpoint or the base model), generated or read from the cache."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import perf_counter

from torch import Tensor

from components.core.errors import CheckpointError
from components.core.files import digest_of
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from components.evaluation.tensor_cache import cached_outputs
from components.metrics.appearance import blank
from components.recipes.product_images.config import ProductImagesConfig, SamplingSettings
from components.recipes.product_images.generate.base_folder import base_digest, base_folder
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.generate.generate import generate_pictures
from components.recipes.product_images.prompt_plan import PromptPlan
from components.training.diffusion.adapter_files import read_adapter
from components.training.diffusion.fast_generation import fast_generation
from components.training.diffusion.lora import swap_adapter
from components.training.diffusion.pipelines import Pipeline

# A process has one base model and adapters are swapped in place, so subjects generate one after the other.
BASE_LOCK = Lock()


@dataclass(frozen=True)
class GeneratedPictures:
    """The pictures of one subject, uint8 (N, 3, H, W), how many of them were generated now, and in how many seconds."""

    pictures: Tensor
    fresh: int
    seconds: float

    def __add__(self, more: "GeneratedPictures") -> "GeneratedPictures":
        """Return the later pictures, which include the earlier ones, and the work of both."""
        return GeneratedPictures(more.pictures, self.fresh + more.fresh, self.seconds + more.seconds)


@dataclass(frozen=True)
class PictureGenerator:
    """Generates the pictures of the plan with the checkpoint it is called with. It can be pickled."""

    config: ProductImagesConfig
    plan: PromptPlan
    cache: Path
    log: RunLog

    def __call__(self, checkpoint: Checkpoint | None) -> GeneratedPictures:
        """Return the pictures of a checkpoint, or of the base model if it is None.

        Raises:
            CheckpointError: the adapter does not fit the base, or all pictures are blank.
        """
        with BASE_LOCK:
            pipeline = open_base(self.config)
            swap_adapter(pipeline, checkpoint)
            pipeline.unet.eval()
            began = perf_counter()
            with fast_generation(pipeline):
                pictures, fresh = self._pictures(pipeline, checkpoint)
            generated = GeneratedPictures(pictures, fresh, perf_counter() - began)
        if bool(blank(generated.pictures).all()):
            raise CheckpointError(
                f"All {len(generated.pictures)} pictures of {name_of(checkpoint)} are blank or not finite",
                expected="products",
                act="train again with a lower learning rate, or set train.precision to fp32",
            )
        return generated

    def _pictures(self, pipeline: Pipeline, checkpoint: Checkpoint | None) -> tuple[Tensor, int]:
        what, total, fresh = f"pictures of {name_of(checkpoint)}", len(self.plan.seeds), 0

        def generate(pairs: Sequence[tuple[str, int]], already: int) -> Tensor:
            nonlocal fresh
            fresh += len(pairs)
            prompts, seeds = zip(*pairs, strict=True)
            return generate_pictures(
                pipeline,
                prompts,
                seeds,
                self.plan.sampling,
                lambda done, _: self.log.progress(what, already + done, total),
            )

        folder = self.cache / subject_digest(pipeline, self.config, checkpoint)
        pairs = list(zip(self.plan.prompts, self.plan.seeds, strict=True))
        pictures = cached_outputs(folder, pairs, generate)
        self.log.progress(what, total, total)
        return pictures, fresh


def require_effect(base: Tensor, adapted: Tensor, checkpoint: Checkpoint) -> None:
    """Raise CheckpointError if an adapter generates exactly the pictures of the base model."""
    if base.equal(adapted):
        raise CheckpointError(
            f"The adapter in {checkpoint.folder} generates exactly the pictures of the base model",
            expected="a change",
            act="train again, with a higher learning rate or more steps",
        )


def subject_digest(pipeline: Pipeline, config: ProductImagesConfig, checkpoint: Checkpoint | None) -> str:
    """Return a digest of all that pictures depend on besides prompt and seed. Alpha is not among the weights."""
    sampling: SamplingSettings = config.sampling
    return digest_of(
        {
            "base": base_digest(base_folder(config.base)),
            "adapter": checkpoint and [checkpoint.digest, read_adapter(checkpoint.folder).alpha],
            "sampling": sampling.model_dump(exclude={"batch"}),
            "scheduler": [type(pipeline.scheduler).__name__, dict(pipeline.scheduler.config)],
            "computed": [pipeline.device.type, str(pipeline.unet.dtype)],
        }
    )


def name_of(checkpoint: Checkpoint | None) -> str:
    return f"step {checkpoint.step}" if checkpoint else "the base model"
