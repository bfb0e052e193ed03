"""Failure modes: what a model needs on this machine: its table, and what its candidates need."""

from collections.abc import Sequence
from pathlib import Path

from components.core.errors import AtelierError
from components.core.recipe import Need
from components.data.table_file import find_table
from components.recipes.failure_modes.candidates import LADDER
from components.recipes.failure_modes.config import FailureModesConfig
from components.recipes.failure_modes.ingest.examples import INVENTED


def needs(config: FailureModesConfig, catalogue: Path | None) -> Sequence[Need]:
    """Return the table, and each candidate. A candidate is optional: without it the others still run."""
    candidates = [
        Need("candidate", name, why is None, why or f"It can run: {LADDER[name].description}.", optional=True)
        for name in config.train.candidates
        for why in [LADDER[name].missing(config.train)]
    ]
    return [_catalogue(catalogue, config.data.catalogue), *candidates]


def _catalogue(given: Path | None, configured: str) -> Need:
    if given is None and configured == INVENTED:
        return Need("catalogue", INVENTED, True, "The project invents the comments when it first ingests them.")
    place = (given or Path(configured)).expanduser()
    try:
        found = find_table(place)
    except AtelierError as error:
        return Need("catalogue", str(place), False, str(error))
    return Need("catalogue", str(found), True, f"It is {found}.")
