"""Product images: the objects of one training, and what the shared loop needs of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from components.core.run_log import RunLog
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.train.loss import Denoising
from components.training.diffusion.effect_check import check_adapter_effect
from components.training.diffusion.lora import load_adapter, save_adapter
from components.training.diffusion.pipelines import Pipeline
from components.training.interval import Trained
from components.training.loop import Training


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """The objects of one call of `train`."""

    config: ProductImagesConfig
    pipeline: Pipeline
    training: Training
    denoising: Denoising
    folder: Path
    log: RunLog
    products: Sequence[int] = ()  # the ids of the train split, in its order


def trained_of(run: TrainingRun) -> Trained:
    """Return the run as the shared loop sees it: a UNet with an adapter."""
    unet, settings = run.pipeline.unet, run.config.train
    return Trained(
        module=unet,
        training=run.training,
        loss=run.denoising.loss,
        write=lambda folder: save_adapter(unet, folder, type(run.pipeline)),
        read=lambda folder: load_adapter(unet, folder),
        check=lambda folder: check_adapter_effect(run.pipeline, folder),
        examples=settings.batch * settings.accumulation,
        products_of=lambda micro: [run.products[int(row)] for row in run.denoising.batch_rows(micro)[2]],
        counted="images",
    )
