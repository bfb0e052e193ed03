"""Product images: the proof of a checkpoint, drawn on the same road as the pictures that are scored."""

from components.core.proof import Proof, as_png
from components.core.records import Checkpoint
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.generate.generate import draw_pictures
from components.training.diffusion.lora import swap_adapter
from components.training.diffusion.stock_pipeline import machine


def draw_proof(config: ProductImagesConfig, checkpoint: Checkpoint, prompt: str, seed: int) -> Proof:
    """Draw one picture with a checkpoint, in a batch of one, and return it with all that it depends on.

    Raises:
        BaseModelError: the base is not there.
        CheckpointError: the adapter cannot be read, or does not fit the base.
    """
    pipeline = open_base(config)
    swap_adapter(pipeline, checkpoint)
    pipeline.unet.eval()
    sampling = config.sampling.model_copy(update={"batch": 1})
    picture = draw_pictures(pipeline, [prompt], [seed], sampling)[0]
    return Proof(
        prompt=prompt,
        seed=seed,
        steps=sampling.steps,
        guidance=sampling.guidance,
        precision=str(pipeline.unet.dtype).removeprefix("torch."),
        scheduler=type(pipeline.scheduler).__name__,
        scheduler_config={name: value for name, value in pipeline.scheduler.config.items() if not name.startswith("_")},
        machine=machine(pipeline.device),
        picture=as_png(picture.permute(1, 2, 0).numpy()),
    )
