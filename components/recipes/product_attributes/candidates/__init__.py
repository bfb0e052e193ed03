"""Product attributes: the ladder of candidates, from independent columns to a variational autoencoder."""

from components.recipes.product_attributes.candidates.files import load_model, save_model
from components.recipes.product_attributes.candidates.ladder import LADDER
from components.recipes.product_attributes.candidates.model import RowModel

__all__ = ["LADDER", "RowModel", "load_model", "save_model"]
