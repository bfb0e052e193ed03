"""Training: a pipeline in the form in which it generates fastest, and back, bit by bit."""

from collections.abc import Iterator
from contextlib import contextmanager

from components.training.device import fast_layout
from components.training.diffusion.lora import merged_adapter
from components.training.diffusion.pipelines import Pipeline
from components.training.diffusion.remembered_texts import remembered_texts


@contextmanager
def fast_generation(pipeline: Pipeline) -> Iterator[None]:
    """Merge the adapter, compute a text's keys and values once, and lay convolutions out for the device, in the block.

    Pictures differ by at most one grey level from those of the pipeline as it is. Its weights are the same bits after
    the block, also if that raises.
    """
    device = pipeline.device
    unet, vae = pipeline.unet, pipeline.vae
    with fast_layout(unet, device), fast_layout(vae, device), merged_adapter(unet), remembered_texts(unet):
        yield
