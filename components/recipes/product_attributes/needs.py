"""Product attributes: what a model needs on this machine: its catalogue."""

from collections.abc import Sequence
from pathlib import Path

from components.core.errors import AtelierError
from components.core.recipe import Need
from components.data.catalogue.files import check_catalogue
from components.data.drawn_catalogue.folder import DRAWN
from components.recipes.product_attributes.config import ProductAttributesConfig


def needs(config: ProductAttributesConfig, catalogue: Path | None) -> Sequence[Need]:
    if catalogue is None and config.data.catalogue == DRAWN:
        return [Need("catalogue", DRAWN, True, "The project draws it when it is first ingested.")]
    folder = (catalogue or Path(config.data.catalogue)).expanduser()
    try:
        check_catalogue(folder)
    except AtelierError as error:
        return [Need("catalogue", str(folder), False, str(error))]
    return [Need("catalogue", str(folder), True, f"It is in {folder}.")]
