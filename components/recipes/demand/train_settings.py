"""Demand: the `train` section of the YAML: the methods, and the candidates that become versions."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from components.core.strict import Strict, unit

METHODS = (
    *("naive", "seasonal-naive", "moving-average", "ets", "sarima", "croston", "tsb", "adida", "imapa", "theta"),
    *("lightgbm", "foundation"),
)
CANDIDATES = ("best-single", "mean-ensemble", "median-ensemble", "class-rule", "router")


class TrainSettings(Strict):
    """The methods that forecast, and the candidates that choose among them. Each candidate becomes a version."""

    methods: Sequence[str] = METHODS
    """The methods."""
    candidates: Sequence[str] = CANDIDATES
    """The candidates, simpler ones first: of two that are equally good the earlier one wins."""
    foundation: str | None = None
    """The folder or hub id of a foundation model."""
    processes: Annotated[int, Field(ge=1), unit("processes")] = 1
    """How many processes fit series at the same time."""
