"""Product images: package a LoRA adapter as an MLflow model of the diffusers flavour."""

from pathlib import Path

from components.core.contents import check_content
from components.core.errors import CheckpointError
from components.core.packages import Package, Signature
from components.core.records import Checkpoint
from components.recipes.product_images.base_settings import STARTER
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.generate.base_folder import base_folder, picture_size
from components.training.diffusion import ADAPTER_FILE

PACKAGES = ("diffusers", "transformers", "torch", "peft", "safetensors", "accelerate")


def package(config: ProductImagesConfig, checkpoint: Checkpoint) -> Package:
    """Return what MLflow packs: the adapter's bytes, the name of its base model, and the defaults of a served picture.

    MLflow needs the folder of the base that comes with the project, which checkpoints name by its name alone.
    A base from the hub is named `org/name@revision`. MLflow would look up the hub's newest revision over the network,
    unless the name looks like a folder. Therefore it gets `./org/name`, and the revision beside it.

    Raises:
        CheckpointError: the adapter is missing, or its file may run code when it is loaded.
        BaseModelError: the base is missing.
    """
    adapter = checkpoint.folder / ADAPTER_FILE
    if not adapter.is_file():
        raise CheckpointError(f"{checkpoint.folder} has no {ADAPTER_FILE}", expected="one", act="train again")
    check_content(adapter)
    base, revision = split_revision(checkpoint.base_model)
    served = signature(config)
    if base == STARTER:
        base = _starter()
    if Path(base).is_absolute():
        return Package("diffusers", str(adapter), {"base_model": base}, packages=PACKAGES, signature=served)
    pin = {"base_model_revision": revision} if revision else {}
    return Package(
        "diffusers", str(adapter), {"base_model": f"./{base}"}, {"base_model": base, **pin}, PACKAGES, served
    )


def signature(config: ProductImagesConfig) -> Signature:
    """Return what a served version takes, by the names of MLflow's diffusers flavour, with the settings of its scores.

    Without it MLflow generates 512 x 512 pixels in 30 steps with guidance 7.5, whatever the model was trained for.
    """
    height, width = picture_size(base_folder(config.base))
    params: dict[str, str | int | float] = {
        "num_inference_steps": config.sampling.steps,
        "guidance_scale": float(config.sampling.guidance),
        "height": height,
        "width": width,
        "negative_prompt": "",
    }
    prompt = next(iter(config.train.validation_prompts), config.about)
    return Signature({"prompt": "string"}, {"image": "binary"}, params, {"prompt": [prompt]})


def _starter() -> str:
    from components.recipes.product_images.starter import BASE_FOLDER

    return str(BASE_FOLDER)


def split_revision(base_model: str) -> tuple[str, str]:
    """Return the name of a base model and its revision, empty if it has none; a folder never has one.

    >>> split_revision("org/name@1a2b")
    ('org/name', '1a2b')
    >>> split_revision("/home/me@work/base")
    ('/home/me@work/base', '')
    """
    if Path(base_model).is_absolute():
        return base_model, ""
    name, _, revision = base_model.partition("@")
    return name, revision
