"""Product images: the pictures of one subject, the bare base or a checkpoint, drawn now or found in a cache."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import perf_counter

from diffusers import StableDiffusionPipeline
from torch import Tensor

from components.core.errors import CheckpointError
from components.core.files import digest_of
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from components.evaluation.tensor_cache import remember_outputs
from components.metrics.appearance import blank
from components.recipes.product_images.config import ProductImagesConfig, SamplingSettings
from components.recipes.product_images.generate.base_folder import base_folder
from components.recipes.product_images.generate.base_model import base_digest, open_base
from components.recipes.product_images.generate.generate import draw_pictures
from components.recipes.product_images.prompt_plan import PromptPlan
from components.training.diffusion.adapter_files import read_adapter
from components.training.diffusion.lora import swap_adapter

# A process has one base, and adapters are exchanged in place: subjects that share it draw one after the other.
BASE_LOCK = Lock()


@dataclass(frozen=True)
class Drawn:
    """The pictures of one subject, uint8 (N, 3, H, W), how many of them were drawn now, and in how many seconds."""

    pictures: Tensor
    fresh: int
    seconds: float

    def __add__(self, more: "Drawn") -> "Drawn":
        """Return the later pictures, which hold the earlier ones, and the work that both took."""
        return Drawn(more.pictures, self.fresh + more.fresh, self.seconds + more.seconds)


@dataclass(frozen=True)
class Drawing:
    """What every subject is drawn with. Calling it with a subject draws that one; it can be sent to other processes."""

    config: ProductImagesConfig
    plan: PromptPlan
    cache: Path
    log: RunLog

    def __call__(self, checkpoint: Checkpoint | None) -> Drawn:
        """Return the pictures of a checkpoint, or of the bare base where that is None.

        Raises:
            CheckpointError: the adapter does not fit the base, or all pictures came out blank.
        """
        with BASE_LOCK:
            pipeline = open_base(self.config)
            swap_adapter(pipeline, checkpoint)
            pipeline.unet.eval()
            began = perf_counter()
            pictures, fresh = self._pictures(pipeline, checkpoint)
            drawn = Drawn(pictures, fresh, perf_counter() - began)
        if bool(blank(drawn.pictures).all()):
            raise CheckpointError(
                f"All {len(drawn.pictures)} pictures of {name_of(checkpoint)} are blank or hold numbers that are not "
                "finite, expected products: train again with a lower learning rate, or draw in fp32."
            )
        return drawn

    def _pictures(self, pipeline: StableDiffusionPipeline, checkpoint: Checkpoint | None) -> tuple[Tensor, int]:
        what, total, drawn = f"pictures of {name_of(checkpoint)}", len(self.plan.seeds), 0

        def draw(pairs: Sequence[tuple[str, int]], already: int) -> Tensor:
            nonlocal drawn
            drawn += len(pairs)
            prompts, seeds = zip(*pairs, strict=True)
            return draw_pictures(
                pipeline,
                prompts,
                seeds,
                self.plan.sampling,
                lambda done, _: self.log.progress(what, already + done, total),
            )

        folder = self.cache / subject_digest(pipeline, self.config, checkpoint)
        wanted = list(zip(self.plan.prompts, self.plan.seeds, strict=True))
        pictures = remember_outputs(folder, wanted, draw)
        self.log.progress(what, total, total)
        return pictures, drawn


def refuse_no_effect(base: Tensor, drawn: Tensor, checkpoint: Checkpoint) -> None:
    """Raise CheckpointError where an adapter draws exactly what the base draws."""
    if base.equal(drawn):
        raise CheckpointError(
            f"The adapter in {checkpoint.folder} draws exactly what the base model draws, expected a change: train "
            "again, with a higher learning rate or more steps."
        )


def subject_digest(
    pipeline: StableDiffusionPipeline, config: ProductImagesConfig, checkpoint: Checkpoint | None
) -> str:
    """Name everything that a picture depends on besides prompt and seed; alpha is not among an adapter's weights."""
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
