"""Demand: the products that a version knows: their histories up to the end of the table, kept beside its weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from components.recipes.demand.forecasters.rows import Array, Beside, beside_of
from components.recipes.demand.model_files import FORM, HISTORIES, PRODUCTS, read_json, write_json
from components.recipes.demand.series import Series


@dataclass(frozen=True)
class Product:
    """What is known of a product: quantities (periods,) from the period that begins at `start`, and its classes."""

    id: str
    start: str
    quantities: Array
    abc: str = "C"
    xyz: str = "Z"
    outliers: bool = False
    beside: Beside | None = None


def save_products(series: Sequence[Series], folder: Path) -> None:
    """Write the histories of the split that has all periods. They are read by forecasts, not trained on."""
    from safetensors.numpy import save_file

    lengths = np.array([len(one["quantities"]) for one in series], dtype=np.int64)
    values = (
        np.concatenate([np.asarray(one["quantities"], dtype=np.float64) for one in series]) if series else np.empty(0)
    )
    save_file({"values": values, "lengths": lengths, **_beside(series)}, folder / HISTORIES)
    columns = ("id", "start", "abc", "xyz")
    about = {name: [str(one[name]) for one in series] for name in columns}  # type: ignore[literal-required]
    write_json(folder / PRODUCTS, {"form": FORM, **about, "outliers": [bool(one["outliers"]) for one in series]})


def load_products(folder: Path) -> Mapping[str, Product]:
    """Return the products by id."""
    from safetensors.numpy import load_file

    about, arrays = read_json(folder / PRODUCTS), load_file(folder / HISTORIES)
    parts = np.split(arrays["values"], np.cumsum(arrays["lengths"])[:-1])
    beside = _split(arrays)
    facts = zip(about["id"], about["start"], parts, about["abc"], about["xyz"], about["outliers"], beside, strict=True)
    return {fact[0]: Product(*fact) for fact in facts}


def _beside(series: Sequence[Series]) -> dict[str, Array]:
    """Return prices and promotions of all periods, one series after the other; nothing where no series has some."""
    found = [beside_of(one["prices"], one["promotions"]) for one in series]
    if not any(found):
        return {}
    unknown = [np.full(len(one["quantities"]), np.nan) for one in series]
    return {
        "prices": np.concatenate([of.prices if of else none for of, none in zip(found, unknown, strict=True)]),
        "promotions": np.concatenate([of.promotions if of else none for of, none in zip(found, unknown, strict=True)]),
    }


def _split(arrays: Mapping[str, Array]) -> list[Beside | None]:
    places = np.cumsum(arrays["lengths"])[:-1]
    if "prices" not in arrays:
        return [None] * len(arrays["lengths"])
    parts = zip(np.split(arrays["prices"], places), np.split(arrays["promotions"], places), strict=True)
    return [None if np.isnan(promotions).any() else Beside(prices, promotions) for prices, promotions in parts]
