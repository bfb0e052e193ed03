"""Product descriptions: package an adapter as an MLflow model of the pyfunc flavour, without a pickle."""

from components.core.contents import check_content
from components.core.errors import CheckpointError
from components.core.packages import Package, Signature
from components.core.records import Checkpoint
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.predict.pyfunc import COLUMNS, GIVEN, SEED
from components.recipes.product_descriptions.version_files import ADAPTER

LOADER = "components.recipes.product_descriptions.predict.pyfunc"
PACKAGES = ("transformers", "torch", "peft", "safetensors", "accelerate", "bitsandbytes", "pandas", "pydantic")


def package(config: ProductDescriptionsConfig, checkpoint: Checkpoint) -> Package:
    """Return what MLflow packs: the adapter's files in PEFT's layout, and the module of this project that loads them.

    Raises:
        CheckpointError: a file is missing, or may run code when it is loaded.
    """
    folder = checkpoint.folder / ADAPTER
    if not folder.is_dir():
        raise CheckpointError(f"{checkpoint.folder} has no folder {ADAPTER}", expected="one", act="train again")
    for path in folder.rglob("*"):
        if path.is_file():
            check_content(path)
    generation = config.generation
    params: dict[str, str | int | float] = {
        SEED: 0,
        "temperature": float(generation.temperature),
        "top_p": float(generation.top_p),
        "repetition_penalty": float(generation.repetition_penalty),
        "longest": generation.longest,
    }
    product = config.train.validation_products[0]
    example = ", ".join(f"{name}={value}" for name, value in product.items())
    served = Signature({GIVEN: "string"}, COLUMNS, params, {GIVEN: [example]})
    options = {"loader_module": LOADER, "data_path": str(folder)}
    return Package("pyfunc", options=options, packages=PACKAGES, signature=served)
