"""Product images: what each checkpoint draws for the YAML's fixed prompts, always from the same seeds."""

from pathlib import Path

from diffusers import StableDiffusionPipeline

from components.core.files import UNFINISHED
from components.core.recipe import RunLog
from components.core.seeds import derive_seed
from components.data.pictures.grid import differing_words, save_grid
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.generate.generate import draw_pictures


def validation_path(folder: Path, step: int) -> Path:
    return folder / "validation" / f"step-{step:06d}.png"


def is_drawn(folder: Path, step: int) -> bool:
    return validation_path(folder, step).is_file()


def draw_validation(
    pipeline: StableDiffusionPipeline, config: ProductImagesConfig, folder: Path, step: int, log: RunLog
) -> None:
    """Draw the validation prompts with the adapter that the pipeline carries, unless that picture stands already."""
    path = validation_path(folder, step)
    if path.is_file():
        return
    settings, each = config.train, config.train.pictures_per_prompt
    prompts = [prompt for prompt in settings.validation_prompts for _ in range(each)]
    seeds = [derive_seed(config.seed, "validation", number) for number in range(len(prompts))]
    pictures = draw_pictures(
        pipeline, prompts, seeds, config.sampling, lambda done, total: log.progress(f"draw step {step}", done, total)
    )
    labels = differing_words(settings.validation_prompts)
    rows = [(label, pictures[n * each : (n + 1) * each]) for n, label in enumerate(labels)]
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{UNFINISHED}{path.name}")
    save_grid(rows, [f"picture {number + 1}" for number in range(each)], unfinished)
    unfinished.replace(path)
