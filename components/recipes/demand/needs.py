"""Demand: what a model needs on this machine: its table, and what its methods need."""

from collections.abc import Sequence
from pathlib import Path

from components.core.errors import AtelierError
from components.core.recipe import Need
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.data_settings import DRAWN
from components.recipes.demand.forecasters.foundation import missing_foundation
from components.recipes.demand.forecasters.methods import FOUNDATION
from components.recipes.demand.ingest.database import address_problem, is_address
from components.recipes.demand.ingest.load import find_file


def needs(config: DemandConfig, catalogue: Path | None) -> Sequence[Need]:
    """Return the table, and the foundation model if it is among the methods: without it the others still run."""
    found = [_catalogue(catalogue, config)]
    if FOUNDATION in config.train.methods:
        why = missing_foundation(config.train.foundation)
        name = config.train.foundation or "none"
        found.append(Need("foundation model", name, not why, why or "It can run.", optional=True))
    return found


def _catalogue(given: Path | None, config: DemandConfig) -> Need:
    configured = config.data.catalogue
    if given is None and configured == DRAWN:
        return Need("catalogue", DRAWN, True, "The project draws the series when it first ingests them.")
    if given is None and is_address(configured):
        problem = address_problem(config.data)
        return Need("catalogue", configured, not problem, problem or f"Table {config.data.table} of this database.")
    place = (given or Path(configured)).expanduser()
    try:
        found = find_file(place)
    except AtelierError as error:
        return Need("catalogue", str(place), False, str(error))
    return Need("catalogue", str(found), True, f"It is {found}.")
