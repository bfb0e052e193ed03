"""Demand: the `evaluate` section of the YAML: the service level, and the rule of ordering."""

from typing import Annotated

from pydantic import Field

from components.core.strict import Positive, Strict, unit


class OrderRule(Strict):
    """How a buyer orders in the simulation: up to the quantile of the demand until the next order arrives."""

    review: Annotated[int, Field(ge=1), unit("periods")] = 1
    """The time between two orders."""
    lead_time: Annotated[int, Field(ge=0), unit("periods")] = 1
    """The time from an order to its arrival."""
    holding_cost: Annotated[Positive, unit("of the price, a period")] = 0.005
    """What it costs to keep one piece for a period."""
    stock_out_cost: Annotated[Positive, unit("of the price")] = 0.3
    """What it costs to lack one piece that was wanted."""


class EvaluateSettings(Strict):
    """What the scores of forecasts ask for."""

    service_level: Annotated[float, Field(gt=0.5, lt=1), unit("probability")] = 0.95
    """How sure a buyer wants to be that stock suffices: the quantile by which versions are ranked."""
    order: OrderRule = OrderRule()
