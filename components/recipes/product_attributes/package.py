"""Product attributes: package a candidate as an MLflow model of the pyfunc flavour, without a pickle."""

from components.core.contents import check_content
from components.core.packages import ANY, Package, Signature
from components.core.records import Checkpoint
from components.recipes.product_attributes.config import ProductAttributesConfig
from components.recipes.product_attributes.generate.predictor import ERROR, SEED
from components.recipes.product_attributes.model_files import model_folder, open_version

LOADER = "components.recipes.product_attributes.generate.pyfunc"
PACKAGES = ("safetensors", "numpy", "scipy", "torch", "pandas", "pydantic")


def package(config: ProductAttributesConfig, checkpoint: Checkpoint) -> Package:
    """Return what MLflow packs: the checkpoint's files, and the module of this project that loads them.

    Raises:
        CheckpointError: a file is missing, or may run code when it is loaded.
    """
    folder = model_folder(checkpoint.folder)
    for path in folder.rglob("*"):
        if path.is_file():
            check_content(path)
    names = open_version(folder).encoding.names
    inputs, outputs = dict.fromkeys((*names, SEED), ANY), dict.fromkeys((*names, SEED), ANY)
    signature = Signature(inputs, {**outputs, ERROR: "string"}, {SEED: 0}, {names[0]: [None, None]}, optional=True)
    options = {"loader_module": LOADER, "data_path": str(folder)}
    return Package("pyfunc", options=options, packages=PACKAGES, signature=signature)
