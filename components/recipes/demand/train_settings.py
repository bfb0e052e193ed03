"""Demand: the `train` section of the YAML: the methods, and the candidates that become versions."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, model_validator

from components.core.strict import Strict, unit

METHODS = (
    *("naive", "seasonal-naive", "moving-average", "ets", "sarima", "croston", "tsb", "adida", "imapa", "theta"),
    *("lightgbm", "foundation"),
)
ZERO, SINGLE, RULE, ROUTER, BANDIT = "zero", "best-single", "class-rule", "router", "bandit"
MEAN, MEDIAN = "mean-ensemble", "median-ensemble"
CANDIDATES = (ZERO, SINGLE, MEAN, MEDIAN, RULE, ROUTER, BANDIT)


class TrainSettings(Strict):
    """The methods that forecast, and the candidates that choose among them. Each candidate becomes a version."""

    methods: Annotated[Sequence[str], Field(min_length=1)] = METHODS
    """The methods. One that cannot run on this machine is left out, with the reason."""
    candidates: Annotated[Sequence[str], Field(min_length=1)] = CANDIDATES
    """The candidates, simpler ones first: of two that are equally good the earlier one wins. `zero` is the floor;
    `best-single` is the method with the least service loss at past origins; `mean-ensemble` and `median-ensemble`
    combine all methods; `class-rule` takes the method that a class is given; `router` learns which method a product
    needs; `bandit` becomes a version only where it does better than the router at the last past origin. The name of a
    method is a candidate too."""
    origins: Annotated[int, Field(ge=1), unit("origins")] = 3
    """The rolling origins inside the train split at which all methods forecast, to choose among them and to learn how
    wide intervals are."""
    past_series: Annotated[int, Field(ge=1), unit("series")] = 3_000
    """The most series that methods forecast at those origins, evenly spread over the table; more make neither the
    choice nor the intervals better, only slower. LightGBM learns from all series, and every series is scored."""
    sarima_series: Annotated[int, Field(ge=0), unit("series")] = 12
    """The most series that SARIMA is fitted to, of class A and X; others have the forecast of ETS there. It takes a
    hundred times as long as the other methods."""
    foundation: str | None = None
    """The folder or hub id of a foundation model: Chronos, or TimesFM if its name has `timesfm`."""
    processes: Annotated[int, Field(ge=1), unit("processes")] = 1
    """How many processes fit series at the same time."""

    @model_validator(mode="after")
    def _names_exist(self) -> "TrainSettings":
        for field, names, known in (
            ("methods", self.methods, METHODS),
            ("candidates", self.candidates, (*CANDIDATES, *self.methods)),
        ):
            unknown = [name for name in names if name not in known]
            if unknown or len(set(names)) < len(names):
                found = f"unknown {', '.join(unknown)}" if unknown else "one twice"
                raise ValueError(f"{field} has {found}; known: {', '.join(known)}")
        return self
