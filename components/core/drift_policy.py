"""Core: the drift policy, the `monitor` section of a model's YAML."""

from typing import Annotated

from pydantic import Field, NonNegativeInt, PositiveInt

from components.core.strict import Strict, unit


class DriftPolicy(Strict):
    """When a change of new data, or of Production's scores, is drift."""

    smallest_n: Annotated[PositiveInt, unit("examples")] = 50
    """With fewer new examples their columns decide nothing."""
    false_alarms: Annotated[float, Field(gt=0, lt=1), unit("probability")] = 0.05
    """The largest probability of any false DRIFT while one version is in production, over all looks together."""
    outputs: Annotated[NonNegativeInt, unit("outputs")] = 64
    """How many outputs Production generates at each look, to compare their scores with those at its promotion. 0
    generates none."""
