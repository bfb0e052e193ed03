"""Training: a pipeline in the form in which it generates fastest, and back, bit by bit."""

from collections.abc import Iterator
from contextlib import contextmanager

from components.training.device import fast_layout
from components.training.diffusion.lora import merged_adapter
from components.training.diffusion.pipelines import Pipeline


@contextmanager
def fast_generation(pipeline: Pipeline) -> Iterator[None]:
    """Merge the adapter into the UNet, and keep convolutions as the device reads them, inside the block.

    Pictures differ by at most one grey level from those of the pipeline as it is. Its weights are the same bits after
    the block, also if that raises.
    """
    device = pipeline.device
    with fast_layout(pipeline.unet, device), fast_layout(pipeline.vae, device), merged_adapter(pipeline.unet):
        yield
