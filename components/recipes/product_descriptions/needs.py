"""Product descriptions: what a model needs on this machine: its catalogue, its base model, packages."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from components.core.errors import AtelierError
from components.core.recipe import Need
from components.data.catalogue.files import check_catalogue
from components.data.drawn_catalogue.folder import DRAWN
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.generate.base_folder import base_folder
from components.recipes.product_descriptions.ingest.json_lines import ENDINGS

GGUF, NF4 = "gguf", "bitsandbytes"  # packages


def needs(config: ProductDescriptionsConfig, catalogue: Path | None) -> Sequence[Need]:
    """Return the catalogue, the base model, and the packages that read or quantize it."""
    found = [_catalogue(catalogue, config.data.catalogue), _base(config)]
    if config.base.gguf:
        found.append(_package(GGUF, "reads the base model's file"))
    if config.base.quantization == "nf4":
        found.append(_package(NF4, "keeps the base model in 4 bits"))
    return found


def _catalogue(given: Path | None, configured: str) -> Need:
    if given is None and configured == DRAWN:
        return Need("catalogue", DRAWN, True, "The project draws it when it is first ingested.")
    folder = (given or Path(configured)).expanduser()
    if folder.name.endswith(ENDINGS) and not folder.is_file():
        sentence = f"There is no file {folder}, expected JSON lines: name another with --catalogue."
        return Need("catalogue", str(folder), False, sentence)
    try:
        if not folder.is_file():
            check_catalogue(folder)
    except AtelierError as error:
        return Need("catalogue", str(folder), False, str(error))
    return Need("catalogue", str(folder), True, f"It is {folder}.")


def _base(config: ProductDescriptionsConfig) -> Need:
    try:
        folder = base_folder(config.base)
    except AtelierError as error:
        return Need("base model", config.base.model, False, str(error))
    return Need("base model", config.base.model, True, f"It is in {folder}.")


def _package(name: str, why: str) -> Need:
    if find_spec(name) is None:
        return Need("package", name, False, f"{name} is not installed, which {why}: `pip install {name}`.")
    return Need("package", name, True, f"It is installed; it {why}.")
