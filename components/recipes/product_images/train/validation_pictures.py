"""Product images: generate pictures of the YAML's validation prompts at each checkpoint, always from the same seeds."""

from pathlib import Path

from components.core.files import UNFINISHED
from components.core.recipe import RunLog
from components.core.seeds import derive_seed
from components.data.pictures.grid import differing_words, save_grid
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.generate.generate import generate_pictures
from components.training.diffusion.fast_generation import fast_generation
from components.training.diffusion.pipelines import Pipeline


def validation_path(folder: Path, step: int) -> Path:
    return folder / "validation" / f"step-{step:06d}.png"


def has_validation_pictures(folder: Path, step: int) -> bool:
    return validation_path(folder, step).is_file()


def generate_validation_pictures(
    pipeline: Pipeline, config: ProductImagesConfig, folder: Path, step: int, log: RunLog
) -> None:
    """Generate pictures of the validation prompts with the pipeline's adapter, unless the file exists already."""
    path = validation_path(folder, step)
    if path.is_file():
        return
    settings, each = config.train, config.train.pictures_per_prompt
    prompts = [prompt for prompt in settings.validation_prompts for _ in range(each)]
    seeds = [derive_seed(config.seed, "validation", number) for number in range(len(prompts))]
    what = f"generate pictures of step {step}"
    with fast_generation(pipeline):
        pictures = generate_pictures(
            pipeline,
            prompts,
            seeds,
            config.sampling,
            lambda done, total: log.progress(what, done, total),
        )
    labels = differing_words(settings.validation_prompts)
    rows = [(label, pictures[n * each : (n + 1) * each]) for n, label in enumerate(labels)]
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{UNFINISHED}{path.name}")
    save_grid(rows, [f"picture {number + 1}" for number in range(each)], unfinished)
    unfinished.replace(path)
