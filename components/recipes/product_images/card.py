"""Product images: the part of a version's card about its licence, its limits and how to load it."""

from components.core.card import CardNotes
from components.recipes.product_images.base_settings import STARTER
from components.recipes.product_images.config import ProductImagesConfig

NO_LICENCE = "none stated: ask its author before you pass anything on"
APACHE = "Apache-2.0, like the rest of Atelier"
OPEN_RAIL_M = "CreativeML OpenRAIL-M (its use restrictions also bind adapters and everyone who gets them)"
OPEN_RAIL_PLUS = OPEN_RAIL_M.replace("OpenRAIL-M", "OpenRAIL++-M")
LICENCES = {  # of base models, by their name on the hub
    "stable-diffusion-v1-5/stable-diffusion-v1-5": OPEN_RAIL_M,
    "stabilityai/stable-diffusion-xl-base-1.0": OPEN_RAIL_PLUS,
}


def card(config: ProductImagesConfig, version: int, base_model: str) -> CardNotes:
    return CardNotes(
        base=[f"**Licence of the base**: {licence_of(base_model)}"],
        limits=["Pictures are invented: none shows a product that exists, and none should be sold as one."],
        loading=[
            f"- `atelier generate {config.model} PROMPT --version {version}`",
            f"- `mlflow models serve --model-uri models:/{config.model}/{version} --env-manager local`",
            "",
            "```python",
            "import mlflow.diffusers",
            f'pipeline = mlflow.diffusers.load_model("models:/{config.model}/{version}").load_pipeline()',
            "```",
            "",
            "- **diffusers** without MLflow: export the format `diffusers`, then `pipeline.load_lora_weights(folder)`.",
            "- **ComfyUI**: export the format `kohya`, put `lora.safetensors` into `models/loras`; node *Load LoRA*.",
            "- **A1111**: the same file in `models/Lora`, then `<lora:lora:1>` in the prompt.",
            "- Use strength 1, at which it was scored, and the base model above.",
        ],
    )


def licence_of(base_model: str) -> str:
    """Return the licence of a base model, or that none is known here.

    >>> licence_of("stable-diffusion-v1-5/stable-diffusion-v1-5@451f4fe")[:21]
    'CreativeML OpenRAIL-M'
    >>> licence_of("/home/me/base")
    'none stated: ask its author before you pass anything on'
    """
    from components.recipes.product_images.starter import BASE_FOLDER

    if base_model in (STARTER, str(BASE_FOLDER)):  # older versions have the folder
        return APACHE
    return LICENCES.get(base_model.partition("@")[0], NO_LICENCE)
