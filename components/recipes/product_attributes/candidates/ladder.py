"""Product attributes: the table LADDER of the candidates, in the order in which they are fitted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.core.lazy import lazy

if TYPE_CHECKING:
    from components.recipes.product_attributes.candidates.model import RowModel, Training


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to model rows."""

    fit: Callable[["Training"], "RowModel"]
    description: str


_HERE = "components.recipes.product_attributes.candidates"
LADDER: dict[str, Candidate] = {
    "independent": Candidate(lazy(f"{_HERE}.independent:fit"), "each column by itself"),
    "chow-liu-tree": Candidate(lazy(f"{_HERE}.tree:fit"), "each column depends on one other"),
    "chain": Candidate(lazy(f"{_HERE}.chain:fit"), "each column depends on those before it, smoothed by back-off"),
    "autoregressive": Candidate(
        lazy(f"{_HERE}.autoregressive:fit"), "a network gives each column from those before it, in any order"
    ),
    "vae": Candidate(lazy(f"{_HERE}.vae:fit"), "a variational autoencoder of whole rows"),
}
