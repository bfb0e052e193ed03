"""Demand: package a candidate as an MLflow model of the pyfunc flavour, without a pickle."""

from components.core.contents import check_content
from components.core.packages import ANY, Package, Signature
from components.core.records import Checkpoint
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.forecasters.methods import levels_with
from components.recipes.demand.model_files import PRODUCTS, model_folder, read_json
from components.recipes.demand.predict.pyfunc import INPUTS, TEXTS
from components.recipes.demand.predict.table import HORIZON, ID

LOADER = "components.recipes.demand.predict.pyfunc"
PACKAGES = (
    "statsforecast",
    "mlforecast",
    "lightgbm",
    "xgboost-cpu",
    "safetensors",
    "numpy",
    "scipy",
    "pandas",
    "pydantic",
)


def package(config: DemandConfig, checkpoint: Checkpoint) -> Package:
    """Return what MLflow packs: the checkpoint's files, and the module of this project that loads them.

    Raises:
        CheckpointError: a file is missing, or may run code when it is loaded.
    """
    folder = model_folder(checkpoint.folder)
    for path in folder.rglob("*"):
        if path.is_file():
            check_content(path)
    levels = {f"q{level:g}": ANY for level in levels_with(config.evaluate.service_level)}
    outputs = {"forecast": ANY, **levels, **{name: kind for name, kind in TEXTS.items() if name != "forecast"}}
    params: dict[str, str | int | float] = {HORIZON: config.data.horizon}
    example = {ID: list(read_json(folder / PRODUCTS)["id"][:2])}
    served = Signature(INPUTS, outputs, params, example, optional=True)  # a table of ids, or of a history
    options = {"loader_module": LOADER, "data_path": str(folder)}
    return Package("pyfunc", options=options, packages=PACKAGES, signature=served)
